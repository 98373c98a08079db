using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Configuration;

public sealed class CheckTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    private DEngineOptions Good() => new()
    {
        Cluster =
        {
            NodeId = 1,
            ListenAddress = "127.0.0.1:9081",
            InitialCluster = [new ClusterMember { Id = 1, Address = "127.0.0.1:9081" }],
            DbRootDir = _place.In("db"),
            LogDir = _place.In("logs"),
        },
    };

    [Fact]
    public void Options_filled_by_hand_pass_when_they_fit()
    {
        DEngineOptions options = Good();
        ConfigurationResult result = ConfigurationLoader.Check(options);
        Assert.Empty(result.Mistakes);
        Assert.Same(options, result.Options);
    }

    [Fact]
    public void Options_filled_by_hand_are_judged_like_a_file()
    {
        DEngineOptions options = Good();
        options.Cluster.NodeId = 7;
        options.Cluster.InitialCluster = [.. options.Cluster.InitialCluster, new ClusterMember { Id = 1, Address = "x" }];
        options.Cluster.ClusterId = "no spaces please";
        options.Cluster.LogDir = "";
        options.Election.ElectionTimeoutMinMs = 150;
        options.Batching.MaxBatchSize = -1;
        options.ReadConsistency.DefaultPolicy = (ReadPolicy)9;
        options.Persistence.FlushPolicy = new FlushPolicy { Batch = new BatchFlush { Threshold = 0 } };
        options.Tls.EnableTls = true;

        ConfigurationResult result = ConfigurationLoader.Check(options);
        Assert.Null(result.Options);
        Assert.Equal(
        [
            "options: cluster.initial_cluster[1].address: found \"x\", allowed: HOST:PORT or [IPv6]:PORT, port 1 to 65535",
            "options: cluster.log_dir: found \"\", allowed: a path",
            "options: cluster.cluster_id: found \"no spaces please\", allowed: 1 to 64 letters, digits, '_', '-' and '.'",
            "options: raft.batching.max_batch_size: found -1, allowed: 1 to 100000 requests",
            "options: raft.read_consistency.default_policy: found 9, allowed: \"LinearizableRead\", \"LeaseRead\", \"EventualConsistency\"",
            "options: raft.persistence.flush_policy.Batch.threshold: found 0, allowed: 1 to 1000000 entries",
            "options: raft.replication.rpc_append_entries_clock_in_ms: found 100, allowed: less than half of raft.election.election_timeout_min (150 ms): at most 74 ms",
            "options: raft.read_consistency.lease_duration_ms: found 500, allowed: less than raft.election.election_timeout_min (150 ms) with both clocks 5% wrong: at most 135 ms",
            "options: cluster.initial_cluster[1].id: found 1, allowed: an id of its own: cluster.initial_cluster[0] has it",
            "options: tls.enable_tls: found true, allowed: false: TLS is not in this version, and this node does not run without it when asked for it",
        ], result.Mistakes.Select(m => m.ToString()));
    }

    [Fact]
    public void New_options_lack_only_who_and_where()
    {
        IEnumerable<string> fields = ConfigurationLoader.Check(new DEngineOptions { Cluster = { DbRootDir = _place.In("db"), LogDir = _place.In("logs") } })
            .Mistakes.Select(m => m.Field);
        Assert.Equal(["cluster.node_id", "cluster.listen_address", "cluster.initial_cluster"], fields);
    }
}
