namespace DEngine.Configuration;

/// <summary>
/// Every field there is. The binder, the overrides, the suggestions for unknown names and the reference page all read this table; a field that
/// is not in it does not exist, and a default is what a new options object has.
/// </summary>
internal static class ConfigurationSchema
{
    private const string NoMembership = "membership changes are not in it";
    private const string NoWatch = "watches are not in it";
    private const string NoTls = "TLS is not in it";

    public static IReadOnlyList<ConfigurationField<DEngineOptions>> Fields { get; } =
        [.. Cluster(), .. Raft(), .. RaftPersistence(), .. RaftSnapshot(), .. RaftServing(), .. Surroundings()];

    /// <summary>Inside each table of <c>cluster.initial_cluster</c>.</summary>
    public static IReadOnlyList<ConfigurationField<ClusterMember>> MemberFields { get; } =
    [
        new ConfigurationField<ClusterMember, uint>("id", new IntegerType<uint>(1, uint.MaxValue, ""), m => m.Id, (m, v) => m.Id = v,
            "The member's number, once in a cluster.") { IsRequired = true },
        new ConfigurationField<ClusterMember, string?>("address", new AddressType(isRequired: true), m => m.Address, (m, v) => m.Address = v ?? "",
            "Where the others reach it, once in a cluster.") { IsRequired = true },
        new ConfigurationField<ClusterMember, MemberRole>("role", Roles, m => m.Role, (m, v) => m.Role = v,
            "Learner or not: follower, candidate and leader all mean a voter, and elections decide the rest."),
        new ConfigurationField<ClusterMember, MemberStatus>("status", Statuses, m => m.Status, (m, v) => m.Status = v,
            "What becomes of a learner: promoted when it has caught up, or (read-only) never; voters are active."),
    ];

    /// <summary>Inside the table form of <c>raft.persistence.flush_policy</c>.</summary>
    public static IReadOnlyList<ConfigurationField<BatchFlush>> BatchFields { get; } =
    [
        new ConfigurationField<BatchFlush, int>("Batch.threshold", new IntegerType<int>(1, 1_000_000, "entries"), b => b.Threshold, (b, v) => b.Threshold = v,
            "Sync when so many entries have gathered."),
        new ConfigurationField<BatchFlush, int>("Batch.interval_ms", new IntegerType<int>(1, 60_000, "ms"), b => b.IntervalMs, (b, v) => b.IntervalMs = v,
            "Sync when the first of them has waited so long."),
    ];

    private static NameType<MemberRole> Roles => new(
        ("follower", 0, MemberRole.Voter),
        ("candidate", 1, MemberRole.Voter),
        ("leader", 2, MemberRole.Voter),
        ("learner", 3, MemberRole.Learner));

    private static NameType<MemberStatus> Statuses => new(
        ("promotable", 0, MemberStatus.Promotable),
        ("read_only", 1, MemberStatus.ReadOnly),
        ("active", 2, MemberStatus.Active));

    private static IEnumerable<ConfigurationField<DEngineOptions>> Cluster() =>
    [
        new ConfigurationField<DEngineOptions, uint>(FieldPaths.NodeId, new IntegerType<uint>(1, uint.MaxValue, ""),
            o => o.Cluster.NodeId, (o, v) => o.Cluster.NodeId = v, "This node's number, one of initial_cluster's.") { IsRequired = true },
        Address(FieldPaths.ListenAddress, isRequired: true, o => o.Cluster.ListenAddress, (o, v) => o.Cluster.ListenAddress = v ?? "",
            "Where this node listens, for peers, clients and HTTP alike."),
        Address("cluster.advertise_address", isRequired: false, o => o.Cluster.AdvertiseAddress, (o, v) => o.Cluster.AdvertiseAddress = v,
            "Where others are told to reach this node; without it, its address in initial_cluster."),
        new ConfigurationField<DEngineOptions, IReadOnlyList<ClusterMember>>(FieldPaths.InitialCluster, new MembersType(),
            o => o.Cluster.InitialCluster, (o, v) => o.Cluster.InitialCluster = v,
            "The members at the first start; later the log knows better and wins.") { IsRequired = true },
        Path(FieldPaths.DbRootDir, isRequired: true, o => o.Cluster.DbRootDir, (o, v) => o.Cluster.DbRootDir = v ?? "",
            "The directory of the log, the term and vote, and snapshots; relative to the working directory."),
        Path(FieldPaths.LogDir, isRequired: true, o => o.Cluster.LogDir, (o, v) => o.Cluster.LogDir = v ?? "",
            "The directory of the text logs; relative to the working directory."),
        new ConfigurationField<DEngineOptions, string?>("cluster.cluster_id", new IdentifierType(),
            o => o.Cluster.ClusterId, (o, v) => o.Cluster.ClusterId = v, "A name that keeps nodes of different clusters apart; without one it is \"dengine\"."),
    ];

    private static IEnumerable<ConfigurationField<DEngineOptions>> Raft() =>
    [
        Integer("raft.learner_catchup_threshold", 0, 1_000_000, "entries",
            o => o.Promotion.LearnerCatchupThreshold, (o, v) => o.Promotion.LearnerCatchupThreshold = v,
            "A learner at most so far behind the leader is promoted.", NoMembership),
        Integer(FieldPaths.ElectionTimeoutMin, 10, 60_000, "ms",
            o => o.Election.ElectionTimeoutMinMs, (o, v) => o.Election.ElectionTimeoutMinMs = v,
            "The shortest time without a leader after which a node stands for election; each wait is drawn at random."),
        Integer(FieldPaths.ElectionTimeoutMax, 11, 120_000, "ms",
            o => o.Election.ElectionTimeoutMaxMs, (o, v) => o.Election.ElectionTimeoutMaxMs = v,
            "The longest such time."),
        Integer(FieldPaths.Heartbeat, 1, 30_000, "ms",
            o => o.Replication.HeartbeatIntervalMs, (o, v) => o.Replication.HeartbeatIntervalMs = v,
            "The heartbeat: the longest time that a leader is silent."),
        Integer("raft.replication.append_entries_max_entries_per_replication", 1, 100_000, "entries",
            o => o.Replication.AppendEntriesMaxEntries, (o, v) => o.Replication.AppendEntriesMaxEntries = v,
            "The most entries in one message to a follower."),
        Integer("raft.batching.max_batch_size", 1, 100_000, "requests",
            o => o.Batching.MaxBatchSize, (o, v) => o.Batching.MaxBatchSize = v,
            "The most requests that one pass of the node takes on, and so the most in one disk write."),
        new ConfigurationField<DEngineOptions, ReadPolicy>("raft.read_consistency.default_policy",
            new NameType<ReadPolicy>(
                ("LinearizableRead", null, ReadPolicy.LinearizableRead),
                ("LeaseRead", null, ReadPolicy.LeaseRead),
                ("EventualConsistency", null, ReadPolicy.EventualConsistency)),
            o => o.ReadConsistency.DefaultPolicy, (o, v) => o.ReadConsistency.DefaultPolicy = v,
            "What a read may rely on when its request does not say."),
        Integer(FieldPaths.LeaseDuration, 1, 60_000, "ms",
            o => o.ReadConsistency.LeaseDurationMs, (o, v) => o.ReadConsistency.LeaseDurationMs = v,
            "How long a leader that a majority has heard answers lease reads alone."),
        Boolean("raft.read_consistency.allow_client_override",
            o => o.ReadConsistency.AllowClientOverride, (o, v) => o.ReadConsistency.AllowClientOverride = v,
            "Whether a request may name another policy."),
    ];

    private static IEnumerable<ConfigurationField<DEngineOptions>> RaftPersistence() =>
    [
        new ConfigurationField<DEngineOptions, PersistenceStrategy>(FieldPaths.Strategy,
            new NameType<PersistenceStrategy>(("DiskFirst", null, PersistenceStrategy.DiskFirst), ("MemFirst", null, PersistenceStrategy.MemFirst)),
            o => o.Persistence.Strategy, (o, v) => o.Persistence.Strategy = v,
            "What acknowledged means: DiskFirst, synced on a majority; MemFirst, handed to the operating system of a majority, which outlives the process and not a power loss."),
        new ConfigurationField<DEngineOptions, FlushPolicy>("raft.persistence.flush_policy", new FlushPolicyType(),
            o => o.Persistence.FlushPolicy, (o, v) => o.Persistence.FlushPolicy = v, "When MemFirst syncs."),
        Integer("raft.persistence.max_buffered_entries", 1, 10_000_000, "entries",
            o => o.Persistence.MaxBufferedEntries, (o, v) => o.Persistence.MaxBufferedEntries = v,
            "With MemFirst, the most entries that are acknowledged and not yet synced: then acknowledgements wait for the sync."),
        Integer("raft.persistence.flush_workers", 1, 64, "threads",
            o => o.Persistence.FlushWorkers, (o, v) => o.Persistence.FlushWorkers = v, "How many sync in the background.", "one thread writes and syncs, in order"),
    ];

    private static IEnumerable<ConfigurationField<DEngineOptions>> RaftSnapshot() =>
    [
        new ConfigurationField<DEngineOptions, bool>("raft.snapshot.enable", new BooleanType(),
            o => o.Snapshot.Enable, (o, v) => o.Snapshot.Enable = v, "Whether snapshots replace the log's beginning."),
        Integer("raft.snapshot.max_log_entries_before_snapshot", 1, 100_000_000, "entries",
            o => o.Snapshot.MaxLogEntriesBeforeSnapshot, (o, v) => o.Snapshot.MaxLogEntriesBeforeSnapshot = v,
            "So many entries since the last snapshot call for the next."),
        new ConfigurationField<DEngineOptions, long>("raft.snapshot.max_log_bytes_before_snapshot", new IntegerType<long>(1 << 20, 1L << 40, "bytes"),
            o => o.Snapshot.MaxLogBytesBeforeSnapshot, (o, v) => o.Snapshot.MaxLogBytesBeforeSnapshot = v,
            "So many bytes of entries in memory call for the next snapshot too, and then nothing before it is kept."),
        Integer("raft.snapshot.retained_log_entries", 0, 100_000_000, "entries",
            o => o.Snapshot.RetainedLogEntries, (o, v) => o.Snapshot.RetainedLogEntries = v,
            "Kept before the snapshot, for followers a little behind."),
        Integer("raft.snapshot.chunk_size", 1_024, 16 << 20, "bytes",
            o => o.Snapshot.ChunkSizeBytes, (o, v) => o.Snapshot.ChunkSizeBytes = v, "The part of a snapshot that one message carries."),
        Integer("raft.snapshot.cleanup_retain_count", 1, 100, "snapshots",
            o => o.Snapshot.CleanupRetainCount, (o, v) => o.Snapshot.CleanupRetainCount = v, "How many are kept on disk."),
        Integer("raft.snapshot.max_bandwidth_mbps", 0, 1_000_000, "Mbit/s",
            o => o.Snapshot.MaxBandwidthMbps, (o, v) => o.Snapshot.MaxBandwidthMbps = v,
            "The most that sending a snapshot takes of the network; 0 is no limit."),
    ];

    private static IEnumerable<ConfigurationField<DEngineOptions>> RaftServing() =>
    [
        Integer("raft.backpressure.max_pending_writes", 1, 10_000_000, "requests",
            o => o.Backpressure.MaxPendingWrites, (o, v) => o.Backpressure.MaxPendingWrites = v,
            "Beyond so many unanswered writes the node answers \"overloaded\"."),
        Integer("raft.backpressure.max_pending_reads", 1, 10_000_000, "requests",
            o => o.Backpressure.MaxPendingReads, (o, v) => o.Backpressure.MaxPendingReads = v,
            "Beyond so many unanswered reads the node answers \"overloaded\"."),
        Integer("raft.membership.promotion.stale_learner_threshold", 1, 86_400, "s",
            o => o.Promotion.StaleLearnerThresholdSeconds, (o, v) => o.Promotion.StaleLearnerThresholdSeconds = v,
            "A learner that has not got closer for so long is reported as stale.", NoMembership),
        Integer("raft.watch.event_queue_size", 1, 1_000_000, "events",
            o => o.Watch.EventQueueSize, (o, v) => o.Watch.EventQueueSize = v, "Events that may wait to be handed out.", NoWatch),
        Integer("raft.watch.watcher_buffer_size", 1, 1_000_000, "events",
            o => o.Watch.WatcherBufferSize, (o, v) => o.Watch.WatcherBufferSize = v, "Events that may wait for one slow watcher.", NoWatch),
        Integer("raft.watch.max_watcher_count", 1, 1_000_000, "watchers",
            o => o.Watch.MaxWatcherCount, (o, v) => o.Watch.MaxWatcherCount = v, "Watchers on this node.", NoWatch),
        Integer("raft.watch.heartbeat_interval_ms", 100, 3_600_000, "ms",
            o => o.Watch.HeartbeatIntervalMs, (o, v) => o.Watch.HeartbeatIntervalMs = v, "How often an idle watch hears that it is alive.", NoWatch),
        Integer("raft.limits.max_key_bytes", 1, 65_536, "bytes",
            o => o.Limits.MaxKeyBytes, (o, v) => o.Limits.MaxKeyBytes = v, "The longest key; longer ones are refused."),
        Integer("raft.limits.max_value_bytes", 1, 16 << 20, "bytes",
            o => o.Limits.MaxValueBytes, (o, v) => o.Limits.MaxValueBytes = v, "The longest value; longer ones are refused."),
    ];

    private static IEnumerable<ConfigurationField<DEngineOptions>> Surroundings() =>
    [
        new ConfigurationField<DEngineOptions, LogStorageKind>(FieldPaths.StorageLog,
            new NameType<LogStorageKind>(("wal", null, LogStorageKind.Wal), ("memory", null, LogStorageKind.Memory), ("faster", null, LogStorageKind.Faster)),
            o => o.Storage.Log, (o, v) => o.Storage.Log = v,
            "What keeps the log: a write-ahead log in files, a log on FASTER in files, or memory alone (for tests)."),
        new ConfigurationField<DEngineOptions, StateMachineKind>(FieldPaths.StorageStateMachine,
            new NameType<StateMachineKind>(("memory", null, StateMachineKind.Memory), ("faster", null, StateMachineKind.Faster)),
            o => o.Storage.StateMachine, (o, v) => o.Storage.StateMachine = v,
            "What keeps the applied state: memory, or keys in memory and values on FASTER in files."),
        Integer("storage.scrub_mb_per_second", 0, 10_000, "MB/s",
            o => o.Storage.ScrubMbPerSecond, (o, v) => o.Storage.ScrubMbPerSecond = v,
            "How fast log and snapshots, each, are read again in the background to find damage; 0 is not at all."),
        Integer("storage.scrub_interval_secs", 1, 31_536_000, "s",
            o => o.Storage.ScrubIntervalSecs, (o, v) => o.Storage.ScrubIntervalSecs = v,
            "The shortest time from the beginning of one pass over everything to the beginning of the next."),
        Boolean("monitoring.prometheus_enabled", o => o.Monitoring.PrometheusEnabled, (o, v) => o.Monitoring.PrometheusEnabled = v,
            "Whether metrics are served on a port of their own."),
        Integer(FieldPaths.PrometheusPort, 1, 65_535, "", o => o.Monitoring.PrometheusPort, (o, v) => o.Monitoring.PrometheusPort = v, "That port."),
        Boolean(FieldPaths.EnableTls, o => o.Tls.EnableTls, (o, v) => o.Tls.EnableTls = v,
            "Encryption of every connection; true is refused in this version."),
        Boolean(FieldPaths.EnableMtls, o => o.Tls.EnableMtls, (o, v) => o.Tls.EnableMtls = v,
            "Certificates on both sides; true is refused in this version."),
        Path("tls.server_certificate_path", isRequired: false, o => o.Tls.ServerCertificatePath, (o, v) => o.Tls.ServerCertificatePath = v,
            "PEM file of this node's certificate.", NoTls),
        Path("tls.server_private_key_path", isRequired: false, o => o.Tls.ServerPrivateKeyPath, (o, v) => o.Tls.ServerPrivateKeyPath = v,
            "PEM file of its private key.", NoTls),
        Path("tls.certificate_authority_root_path", isRequired: false,
            o => o.Tls.CertificateAuthorityRootPath, (o, v) => o.Tls.CertificateAuthorityRootPath = v,
            "PEM file of the authority that others' certificates are checked against.", NoTls),
    ];

    private static ConfigurationField<DEngineOptions, int> Integer(
        string path, long min, long max, string unit,
        Func<DEngineOptions, int> get, Action<DEngineOptions, int> set, string summary, string? withoutEffect = null) =>
        new(path, new IntegerType<int>(min, max, unit), get, set, summary) { WithoutEffect = withoutEffect };

    private static ConfigurationField<DEngineOptions, bool> Boolean(
        string path, Func<DEngineOptions, bool> get, Action<DEngineOptions, bool> set, string summary) =>
        new(path, new BooleanType(), get, set, summary);

    private static ConfigurationField<DEngineOptions, string?> Address(
        string path, bool isRequired, Func<DEngineOptions, string?> get, Action<DEngineOptions, string?> set, string summary) =>
        new(path, new AddressType(isRequired), get, set, summary) { IsRequired = isRequired };

    /// <summary>A path that must be there may still have a default.</summary>
    private static ConfigurationField<DEngineOptions, string?> Path(
        string path, bool isRequired, Func<DEngineOptions, string?> get, Action<DEngineOptions, string?> set, string summary, string? withoutEffect = null) =>
        new(path, new PathType(isRequired), get, set, summary) { WithoutEffect = withoutEffect };
}
