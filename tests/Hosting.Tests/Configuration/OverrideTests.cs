using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Configuration;

public sealed class OverrideTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void The_environment_overrides_the_file_and_the_command_line_overrides_both()
    {
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = "/bin",
            ["DENGINE_HOME"] = "one underscore is not ours",
            ["DENGINE__CLUSTER__NODE_ID"] = "2",
            ["dengine__raft__batching__max_batch_size"] = "1_000",
            ["DENGINE__RAFT__READ_CONSISTENCY__DEFAULT_POLICY"] = "leaseread",
            ["DENGINE__RAFT__READ_CONSISTENCY__ALLOW_CLIENT_OVERRIDE"] = "False",
            ["DENGINE__RAFT__PERSISTENCE__FLUSH_POLICY"] = "{ Batch = { threshold = 7, interval_ms = 8 } }",
            ["DENGINE__CLUSTER__LISTEN_ADDRESS"] = "127.0.0.1:9082",
        };
        ConfigurationResult result = _place.Load(
            _place.Cluster("[raft]\nbatching.max_batch_size = 5\nelection.election_timeout_max = 3000"),
            environment,
            new("--raft.batching.max-batch-size", "10"),
            new("raft.batching.max_batch_size", "11"),
            new("monitoring.prometheus_enabled", "true"));

        Assert.Empty(result.Mistakes);
        DEngineOptions o = result.Options!;
        Assert.Equal((2u, "127.0.0.1:9082", 11, 3000), (o.Cluster.NodeId, o.Cluster.ListenAddress, o.Batching.MaxBatchSize, o.Election.ElectionTimeoutMaxMs));
        Assert.Equal(
            (ReadPolicy.LeaseRead, false, true),
            (o.ReadConsistency.DefaultPolicy, o.ReadConsistency.AllowClientOverride, o.Monitoring.PrometheusEnabled));
        Assert.Equal((7, 8), (o.Persistence.FlushPolicy.Batch!.Threshold, o.Persistence.FlushPolicy.Batch.IntervalMs));
    }

    [Fact]
    public void A_whole_configuration_may_come_from_outside_the_file()
    {
        ConfigurationResult result = _place.Load("", new Dictionary<string, string>
        {
            ["DENGINE__CLUSTER__NODE_ID"] = "1",
            ["DENGINE__CLUSTER__LISTEN_ADDRESS"] = "127.0.0.1:9081",
            ["DENGINE__CLUSTER__INITIAL_CLUSTER"] = "[{ id = 1, address = \"127.0.0.1:9081\" }]",
            ["DENGINE__CLUSTER__DB_ROOT_DIR"] = _place.In("db"),
            ["DENGINE__CLUSTER__LOG_DIR"] = _place.In("logs"),
            ["DENGINE__RAFT__PERSISTENCE__FLUSH_POLICY"] = "Immediate",
        });
        Assert.Empty(result.Mistakes);
        Assert.Equal("127.0.0.1:9081", Assert.Single(result.Options!.Cluster.InitialCluster).Address);
    }

    [Fact]
    public void Mistakes_name_the_variable_or_the_option()
    {
        ConfigurationResult result = _place.Load(
            _place.Cluster("[raft.batching]\nmax_batch_size = 0"),
            new Dictionary<string, string>
            {
                ["DENGINE__RAFT__BATCHING__MAX_BATCHSIZE"] = "5",
                ["DENGINE__"] = "",
                ["DENGINE__RAFT__ELECTION__ELECTION_TIMEOUT_MIN"] = "soon",
                ["DENGINE__RAFT__WATCH__EVENT_QUEUE_SIZE"] = "",
                ["DENGINE__RAFT__REPLICATION__RPC_APPEND_ENTRIES_CLOCK_IN_MS"] = "600",
                ["dengine__cluster__node_id"] = "2",
                ["DENGINE__CLUSTER__NODE_ID"] = "2",
            },
            new("raft.limits.max-key", "9"),
            new("raft.limits.max_key_bytes", "0"),
            new("cluster.listen_address", "somewhere"));

        Assert.Equal(
        [
            "n1.toml:8: raft.batching.max_batch_size: found 0, allowed: 1 to 100000 requests",
            "DENGINE__: found an unknown name, allowed: the nearest known name is DENGINE__STORAGE__LOG",
            "DENGINE__RAFT__BATCHING__MAX_BATCHSIZE: RAFT.BATCHING.MAX_BATCHSIZE: found an unknown name, allowed: the nearest known name is DENGINE__RAFT__BATCHING__MAX_BATCH_SIZE",
            "DENGINE__RAFT__ELECTION__ELECTION_TIMEOUT_MIN: raft.election.election_timeout_min: found \"soon\", allowed: an integer, 10 to 60000 ms",
            "DENGINE__RAFT__WATCH__EVENT_QUEUE_SIZE: raft.watch.event_queue_size: found \"\", allowed: an integer, 1 to 1000000 events",
            "dengine__cluster__node_id: cluster.node_id: found the same field again, allowed: one variable for it: DENGINE__CLUSTER__NODE_ID is set as well",
            "--raft.limits.max-key: raft.limits.max_key: found an unknown name, allowed: the nearest known name is --raft.limits.max_key_bytes",
            "--raft.limits.max_key_bytes: raft.limits.max_key_bytes: found 0, allowed: 1 to 65536 bytes",
            "--cluster.listen_address: cluster.listen_address: found \"somewhere\", allowed: HOST:PORT or [IPv6]:PORT, port 1 to 65535",
        ], _place.Mistakes(result));
    }

    [Fact]
    public void A_mistake_between_fields_is_placed_at_the_variable_that_made_it()
    {
        ConfigurationResult result = _place.Load(
            _place.Cluster(), new Dictionary<string, string> { ["DENGINE__RAFT__REPLICATION__RPC_APPEND_ENTRIES_CLOCK_IN_MS"] = "600" });
        Assert.Equal(
            ["DENGINE__RAFT__REPLICATION__RPC_APPEND_ENTRIES_CLOCK_IN_MS: raft.replication.rpc_append_entries_clock_in_ms: "
                + "found 600, allowed: less than half of raft.election.election_timeout_min (1000 ms): at most 499 ms"],
            _place.Mistakes(result));
    }

    [Fact]
    public void A_variable_that_replaces_the_members_is_asked_for_all_that_they_need()
    {
        ConfigurationResult result = _place.Load(
            _place.Cluster(), new Dictionary<string, string> { ["DENGINE__CLUSTER__INITIAL_CLUSTER"] = "[{ id = 1 }]" });
        Assert.Equal(
            ["DENGINE__CLUSTER__INITIAL_CLUSTER: cluster.initial_cluster[0].address: found nothing, allowed: HOST:PORT or [IPv6]:PORT, port 1 to 65535 (required)"],
            _place.Mistakes(result));
    }

    [Fact]
    public void Mistakes_of_the_environment_are_reported_beside_a_file_that_is_not_there()
    {
        ConfigurationResult result = ConfigurationLoader.Load(
            _place.In("none"), new Dictionary<string, string> { ["DENGINE__CLUSTER__NODE_ID"] = "x" }, []);
        Assert.Equal(["", "cluster.node_id"], result.Mistakes.Select(m => m.Field));
    }
}
