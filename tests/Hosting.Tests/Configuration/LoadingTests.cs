using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Configuration;

public sealed class LoadingTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Every_field_reaches_its_option()
    {
        DEngineOptions o = _place.Options($$"""
            [cluster]
            node_id = 4294967295
            listen_address = "[::1]:9081"
            advertise_address = "node-1.example.org:9081"
            initial_cluster = [
                { id = 4294967295, address = "node-1.example.org:9081", role = 2, status = "ACTIVE" },
                { id = 2, address = "10.0.0.2:9082", role = "Learner", status = 0 },
                { id = 3, address = "10.0.0.3:9083", role = 3, status = "read_only" },
            ]
            db_root_dir = "{{_place.In("data")}}"
            log_dir = "{{_place.In("text")}}"
            cluster_id = "blue-1"
            [raft]
            learner_catchup_threshold = 1
            [raft.election]
            election_timeout_min = 300
            election_timeout_max = 600
            [raft.replication]
            rpc_append_entries_clock_in_ms = 50
            append_entries_max_entries_per_replication = 5_000
            [raft.batching]
            max_batch_size = 2
            [raft.read_consistency]
            default_policy = "LeaseRead"
            lease_duration_ms = 200
            allow_client_override = false
            [raft.persistence]
            strategy = "DiskFirst"
            flush_policy = { Batch = { threshold = 150, interval_ms = 13 } }
            max_buffered_entries = 3
            flush_workers = 4
            [raft.snapshot]
            enable = false
            max_log_entries_before_snapshot = 5
            retained_log_entries = 6
            chunk_size = 2048
            cleanup_retain_count = 7
            max_bandwidth_mbps = 8
            [raft.backpressure]
            max_pending_writes = 9
            max_pending_reads = 10
            [raft.membership.promotion]
            stale_learner_threshold = 11
            [raft.watch]
            event_queue_size = 12
            watcher_buffer_size = 13
            max_watcher_count = 14
            heartbeat_interval_ms = 150
            [raft.limits]
            max_key_bytes = 16
            max_value_bytes = 17
            [storage]
            log = "memory"
            state_machine = "memory"
            [monitoring]
            prometheus_enabled = true
            prometheus_port = 8085
            [tls]
            enable_tls = false
            enable_mtls = false
            server_certificate_path = "a.pem"
            server_private_key_path = "b.pem"
            certificate_authority_root_path = "c.pem"
            """);

        Assert.Equal((uint.MaxValue, "[::1]:9081", "node-1.example.org:9081", "blue-1"),
            (o.Cluster.NodeId, o.Cluster.ListenAddress, o.Cluster.AdvertiseAddress, o.Cluster.ClusterId));
        Assert.Equal((_place.In("data"), _place.In("text")), (o.Cluster.DbRootDir, o.Cluster.LogDir));
        Assert.Equal(
            [
                (uint.MaxValue, MemberRole.Voter, MemberStatus.Active),
                (2u, MemberRole.Learner, MemberStatus.Promotable),
                (3u, MemberRole.Learner, MemberStatus.ReadOnly),
            ],
            o.Cluster.InitialCluster.Select(m => (m.Id, m.Role, m.Status)));
        Assert.Equal("10.0.0.3:9083", o.Cluster.InitialCluster[2].Address);
        Assert.Equal((300, 600, 50, 5000, 2), (o.Election.ElectionTimeoutMinMs, o.Election.ElectionTimeoutMaxMs,
            o.Replication.HeartbeatIntervalMs, o.Replication.AppendEntriesMaxEntries, o.Batching.MaxBatchSize));
        Assert.Equal((ReadPolicy.LeaseRead, 200, false),
            (o.ReadConsistency.DefaultPolicy, o.ReadConsistency.LeaseDurationMs, o.ReadConsistency.AllowClientOverride));
        Assert.Equal((PersistenceStrategy.DiskFirst, 150, 13, 3, 4), (o.Persistence.Strategy, o.Persistence.FlushPolicy.Batch!.Threshold,
            o.Persistence.FlushPolicy.Batch.IntervalMs, o.Persistence.MaxBufferedEntries, o.Persistence.FlushWorkers));
        Assert.Equal((false, 5, 6, 2048, 7, 8), (o.Snapshot.Enable, o.Snapshot.MaxLogEntriesBeforeSnapshot, o.Snapshot.RetainedLogEntries,
            o.Snapshot.ChunkSizeBytes, o.Snapshot.CleanupRetainCount, o.Snapshot.MaxBandwidthMbps));
        Assert.Equal((9, 10, 11, 1), (o.Backpressure.MaxPendingWrites, o.Backpressure.MaxPendingReads,
            o.Promotion.StaleLearnerThresholdSeconds, o.Promotion.LearnerCatchupThreshold));
        Assert.Equal((12, 13, 14, 150), (o.Watch.EventQueueSize, o.Watch.WatcherBufferSize, o.Watch.MaxWatcherCount, o.Watch.HeartbeatIntervalMs));
        Assert.Equal((16, 17), (o.Limits.MaxKeyBytes, o.Limits.MaxValueBytes));
        Assert.Equal((LogStorageKind.Memory, StateMachineKind.Memory, true, 8085),
            (o.Storage.Log, o.Storage.StateMachine, o.Monitoring.PrometheusEnabled, o.Monitoring.PrometheusPort));
        Assert.Equal(("a.pem", "b.pem", "c.pem", false, false), (o.Tls.ServerCertificatePath, o.Tls.ServerPrivateKeyPath,
            o.Tls.CertificateAuthorityRootPath, o.Tls.EnableTls, o.Tls.EnableMtls));
    }

    [Fact]
    public void A_file_of_little_gets_the_defaults_and_no_notice()
    {
        ConfigurationResult result = _place.Load(_place.Cluster());
        Assert.Empty(result.Mistakes);
        Assert.Empty(result.Notices);
        DEngineOptions o = result.Options!;
        Assert.Equal((1000, 2000, 100, 500), (o.Election.ElectionTimeoutMinMs, o.Election.ElectionTimeoutMaxMs,
            o.Replication.HeartbeatIntervalMs, o.ReadConsistency.LeaseDurationMs));
        Assert.Equal(
            (10_000, 10_000, 4096, 1_048_576),
            (o.Backpressure.MaxPendingWrites, o.Backpressure.MaxPendingReads, o.Limits.MaxKeyBytes, o.Limits.MaxValueBytes));
        Assert.All(o.Cluster.InitialCluster, m => Assert.Equal((MemberRole.Voter, MemberStatus.Active), (m.Role, m.Status)));
    }

    /// <summary>The guides' own file: 0.0.0.0, MemFirst, batched flush.</summary>
    [Fact]
    public void The_guides_file_is_accepted_with_notices()
    {
        ConfigurationResult result = _place.Load($$"""
            [cluster]
            node_id = 1
            listen_address = "0.0.0.0:9081"
            initial_cluster = [
                { id = 1, address = "0.0.0.0:9081", role = 1, status = 2 },  # Follower
                { id = 2, address = "0.0.0.0:9082", role = 1, status = 2 },  # Follower
                { id = 3, address = "0.0.0.0:9083", role = 3, status = 0 },  # Self: Learner
            ]
            db_root_dir = "{{_place.In("db")}}"
            log_dir = "{{_place.In("logs")}}"

            [raft.read_consistency]
            default_policy = "LeaseRead"
            lease_duration_ms = 500

            [raft.persistence]
            strategy = "MemFirst"
            flush_policy = { Batch = { threshold = 100, interval_ms = 20 } }
            max_buffered_entries = 10000
            flush_workers = 4
            """);

        Assert.Empty(result.Mistakes);
        Assert.Equal(
        [
            "cluster.listen_address: 0.0.0.0:9081 can be reached from other machines, and without TLS whoever reaches it can read and write everything",
            "raft.persistence.flush_workers: has no effect in this version: one thread writes and syncs, in order",
        ], result.Notices);
    }

    [Fact]
    public void Members_may_be_an_array_of_tables()
    {
        DEngineOptions o = _place.Options($"""
            [cluster]
            node_id = 1
            listen_address = "127.0.0.1:9081"
            db_root_dir = "{_place.In("db")}"
            log_dir = "{_place.In("logs")}"
            [[cluster.initial_cluster]]
            id = 1
            address = "127.0.0.1:9081"
            [raft.persistence.flush_policy.Batch]
            threshold = 5
            """);
        Assert.Equal(1u, Assert.Single(o.Cluster.InitialCluster).Id);
        Assert.Equal((5, 20), (o.Persistence.FlushPolicy.Batch!.Threshold, o.Persistence.FlushPolicy.Batch.IntervalMs));
    }

    [Fact]
    public void A_path_may_leave_out_the_extension_or_name_the_directory()
    {
        string file = _place.Write("config/n1.toml", _place.Cluster());
        Assert.NotNull(Workplace.LoadPath(file).Options);
        Assert.NotNull(Workplace.LoadPath(_place.In("config/n1")).Options);
        Assert.NotNull(Workplace.LoadPath(_place.In("config")).Options);
        Assert.NotNull(Workplace.LoadPath(_place.In("config/")).Options);
    }

    [Fact]
    public void A_directory_with_several_files_is_a_mistake_that_lists_them()
    {
        _ = _place.Write("config/n2.toml", "");
        _ = _place.Write("config/n1.toml", "");
        Assert.Equal(["config: found 2 .toml files, allowed: one of them: config/n1.toml, config/n2.toml"], Shown("config"));
    }

    [Fact]
    public void A_directory_without_a_file_is_a_mistake()
    {
        _ = Directory.CreateDirectory(_place.In("empty"));
        Assert.Equal(["empty: found a directory without a .toml file, allowed: a file, a file without its .toml, or a directory with one .toml file in it"], Shown("empty"));
    }

    [Fact]
    public void A_path_to_nothing_is_a_mistake_that_names_what_is_beside_it()
    {
        _ = _place.Write("config/n1.toml", "");
        Assert.Equal(
            ["config/n4: found no such file, allowed: a file, a file without its .toml, or a directory with one .toml file in it; beside it: config/n1.toml"],
            Shown("config/n4"));
        _ = Assert.Single(Workplace.LoadPath("").Mistakes);
        _ = Assert.Single(Workplace.LoadPath("no/such/place").Mistakes);
    }

    [Fact]
    public void A_file_too_large_is_a_mistake()
    {
        string file = _place.Write("big.toml", new string('#', ConfigurationFile.BytesMax + 1));
        Assert.EndsWith("found 1048577 bytes, allowed: at most 1048576 bytes", Assert.Single(Workplace.LoadPath(file).Mistakes).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Directories_are_made_and_left_empty_and_absolute()
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, _place.In("deep/er"));
        DEngineOptions o = _place.Options(_place.Cluster().Replace(_place.In("logs"), relative, StringComparison.Ordinal));
        Assert.Equal(_place.In("deep/er"), o.Cluster.LogDir);
        Assert.Empty(Directory.EnumerateFileSystemEntries(o.Cluster.LogDir));
        Assert.Empty(Directory.EnumerateFileSystemEntries(o.Cluster.DbRootDir));
    }

    private string[] Shown(string path) =>
        [.. Workplace.LoadPath(_place.In(path)).Mistakes.Select(m => m.ToString().Replace(_place.Root + "/", "", StringComparison.Ordinal))];
}
