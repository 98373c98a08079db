using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Configuration;

public sealed class MistakeTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void All_mistakes_are_reported_at_once_in_the_order_of_the_file() => Assert.Equal(
        [
            "n1.toml:2: cluster.node_id: found 0, allowed: 1 to 4294967295",
            "n1.toml:3: cluster.listen_address: found \"nowhere\", allowed: HOST:PORT or [IPv6]:PORT, port 1 to 65535",
            "n1.toml:5: cluster.initial_cluster[0].role: found 4, allowed: 0 or \"follower\", 1 or \"candidate\", 2 or \"leader\", 3 or \"learner\"",
            "n1.toml:6: cluster.initial_cluster[1].id: found 1, allowed: an id of its own: cluster.initial_cluster[0] has it",
            "n1.toml:6: cluster.initial_cluster[1].address: found \"127.0.0.1:9081\", allowed: an address of its own: cluster.initial_cluster[0] has it",
            "n1.toml:7: cluster.initial_cluster[2].adress: found an unknown name, allowed: the nearest known name is cluster.initial_cluster[2].address",
            "n1.toml:7: cluster.initial_cluster[2].address: found nothing, allowed: HOST:PORT or [IPv6]:PORT, port 1 to 65535 (required)",
            "n1.toml:10: raft.election.election_timeout_min: found 5, allowed: 10 to 60000 ms",
            "n1.toml:11: raft.election.timeout_max: found an unknown name, allowed: the nearest known name is raft.election.election_timeout_max",
            "n1.toml:12: raft.read_consistency.default_policy: found \"Lease\", allowed: \"LinearizableRead\", \"LeaseRead\", \"EventualConsistency\"",
            "n1.toml:13: raft.backpressure.max_pending_reads: found \"many\", allowed: an integer, 1 to 10000000 requests",
            "n1.toml:14: syntax: found word (column 12), allowed: a string in quotes, a number, true, false, a date, an array or a table: text needs quotes",
            "n1.toml:16: storage.log: found \"fast\", allowed: \"wal\", \"memory\", \"faster\"",
        ],
        _place.Mistakes("""
            [cluster]
            node_id = 0
            listen_address = "nowhere"
            initial_cluster = [
                { id = 1, address = "127.0.0.1:9081", role = 4 },
                { id = 1, address = "127.0.0.1:9081" },
                { id = 3, adress = "127.0.0.1:9083" },
            ]
            [raft]
            election.election_timeout_min = 5
            election.timeout_max = 10
            read_consistency.default_policy = "Lease"
            backpressure.max_pending_reads = "many"
            snapshot = word
            [storage]
            log = "fast"
            """));

    [Theory]
    [InlineData("election_timeout_min = 100", "n1.toml:8: raft.replication.rpc_append_entries_clock_in_ms: found 100 (the default), allowed: less than half of raft.election.election_timeout_min (100 ms): at most 49 ms")]
    [InlineData("election_timeout_min = 100", "n1.toml:8: raft.read_consistency.lease_duration_ms: found 500 (the default), allowed: less than raft.election.election_timeout_min (100 ms) with both clocks 5% wrong: at most 90 ms")]
    [InlineData("election_timeout_max = 1000", "n1.toml:8: raft.election.election_timeout_min: found 1000 (the default), allowed: less than raft.election.election_timeout_max (1000 ms)")]
    public void Times_that_do_not_fit_together_are_placed_at_the_one_that_was_given(string line, string expected) =>
        Assert.Contains(expected, _place.Mistakes(_place.Cluster($"[raft.election]\n{line}")));

    [Theory]
    [InlineData(499, 904, true)]
    [InlineData(500, 904, false)]
    [InlineData(499, 905, false)]
    public void Heartbeat_and_lease_are_bounded_exactly(int heartbeat, int lease, bool isAllowed)
    {
        ConfigurationResult result = _place.Load(_place.Cluster(
            $"[raft]\nreplication.rpc_append_entries_clock_in_ms = {heartbeat}\nread_consistency.lease_duration_ms = {lease}"));
        Assert.Equal(isAllowed, result.Mistakes.Count == 0);
        Assert.Equal(isAllowed ? 0 : 1, result.Mistakes.Count);
    }

    [Theory]
    [InlineData("[cluster]\nnode_id = 9\nlisten_address = 'a:1'\ninitial_cluster = [{ id = 1, address = 'a:1' }]", "n1.toml:2: cluster.node_id: found 9, allowed: an id in cluster.initial_cluster: 1")]
    [InlineData("[cluster]\nnode_id = 1\nlisten_address = 'a:1'\ninitial_cluster = [{ id = 1, address = 'a:1', role = 3 }]", "n1.toml:4: cluster.initial_cluster: found learners only, allowed: at least one voter (role 0, 1 or 2)")]
    [InlineData("[cluster]\nnode_id = 1\nlisten_address = 'a:1'\ninitial_cluster = []", "n1.toml:4: cluster.initial_cluster: found [], allowed: 1 to 101 members such as { id = 1, address = \"127.0.0.1:9081\", role = 1, status = 2 }")]
    [InlineData("[cluster]\nnode_id = 1\nlisten_address = 'a:1'\ninitial_cluster = [7]", "n1.toml:4: cluster.initial_cluster[0]: found 7, allowed: { id = 1, address = \"127.0.0.1:9081\", role = 1, status = 2 }")]
    [InlineData("[cluster]\nnode_id = 1\nlisten_address = 'a:1'\ninitial_cluster = [{ id = 1, address = 'LOCALHOST:1' }, { id = 2, address = 'localhost:1' }]", "n1.toml:4: cluster.initial_cluster[1].address: found \"localhost:1\", allowed: an address of its own: cluster.initial_cluster[0] has it")]
    public void Members_that_do_not_fit_together(string cluster, string expected) => Assert.Equal([expected], _place.Mistakes(WithDirectories(cluster)));

    [Theory]
    [InlineData("[raft.persistence]\nflush_policy = \"Sometimes\"", "n1.toml:8: raft.persistence.flush_policy: found \"Sometimes\", allowed: \"Immediate\" or { Batch = { threshold = 100, interval_ms = 20 } }")]
    [InlineData("[raft.persistence]\nflush_policy = { Batch = { threshold = 0 } }", "n1.toml:8: raft.persistence.flush_policy.Batch.threshold: found 0, allowed: 1 to 1000000 entries")]
    [InlineData("[raft.persistence]\nflush_policy = { batch = { threshold = 5 } }", "n1.toml:8: raft.persistence.flush_policy.batch: found an unknown name, allowed: the nearest known name is raft.persistence.flush_policy.Batch")]
    [InlineData("[raft.persistence]\nflush_policy = { Batch = 5 }", "n1.toml:8: raft.persistence.flush_policy.Batch: found 5, allowed: a table, [raft.persistence.flush_policy.Batch]")]
    [InlineData("[tls]\nenable_tls = true", "n1.toml:8: tls.enable_tls: found true, allowed: false: TLS is not in this version, and this node does not run without it when asked for it")]
    [InlineData("[tls]\nenable_mtls = true", "n1.toml:8: tls.enable_mtls: found true, allowed: false: TLS is not in this version, and this node does not run without it when asked for it")]
    [InlineData("[storage]\nstate_machine = 'wal'", "n1.toml:8: storage.state_machine: found \"wal\", allowed: \"memory\", \"faster\"")]
    [InlineData("[monitoring]\nprometheus_enabled = true\nprometheus_port = 9081", "n1.toml:9: monitoring.prometheus_port: found 9081, allowed: another port than cluster.listen_address has")]
    [InlineData("[monitoring]\nprometheus_enabled = 1", "n1.toml:8: monitoring.prometheus_enabled: found 1, allowed: true or false")]
    [InlineData("[raft]\nelection = 5", "n1.toml:8: raft.election: found 5, allowed: a table, [raft.election]")]
    [InlineData("[[raft]]\nelection.election_timeout_min = 5", "n1.toml:7: raft: found [{ election = { election_timeout_min = 5 } }], allowed: a table, [raft]")]
    [InlineData("[election]\nelection_timeout_min = 500", "n1.toml:7: election: found an unknown name, allowed: the nearest known name is raft.election")]
    [InlineData("[raft]\nelection_timeout_min = 500", "n1.toml:8: raft.election_timeout_min: found an unknown name, allowed: the nearest known name is raft.election.election_timeout_min")]
    [InlineData("[raft.batching]\n\"max_batch_size \" = 500", "n1.toml:8: raft.batching.\"max_batch_size \": found an unknown name, allowed: the nearest known name is raft.batching.max_batch_size")]
    [InlineData("[raft.batching]\nmax_batch_size = 99999999999999", "n1.toml:8: raft.batching.max_batch_size: found 99999999999999, allowed: 1 to 100000 requests")]
    [InlineData("[raft.batching]\nmax_batch_size = 10.0", "n1.toml:8: raft.batching.max_batch_size: found 10.0, allowed: an integer, 1 to 100000 requests")]
    [InlineData("[raft.batching]\nmax_batch_size = 07", "n1.toml:8: syntax: found 07 (column 18), allowed: a number without leading zeros")]
    public void One_slip_gives_one_line(string rest, string expected) => Assert.Equal([expected], _place.Mistakes(_place.Cluster(rest)));

    [Fact]
    public void What_is_required_is_asked_for_at_its_table_or_at_the_top()
    {
        Assert.Equal(
            ["n1.toml:1: cluster.node_id: ", "n1.toml:1: cluster.listen_address: ", "n1.toml:1: cluster.initial_cluster: "],
            _place.Mistakes("").Select(UpToFound));
        Assert.Equal(
            ["n1.toml:3: cluster.node_id: ", "n1.toml:3: cluster.listen_address: ", "n1.toml:3: cluster.initial_cluster: "],
            _place.Mistakes("\n\n[cluster]").Select(UpToFound));
    }

    [Fact]
    public void What_may_stand_in_an_unreadable_place_is_not_called_missing() =>
        Assert.Equal(["n1.toml:1: syntax: "], _place.Mistakes("[?]\nnode_id = 1").Select(UpToFound));

    [Fact]
    public void A_directory_that_is_a_file_or_lies_in_one_is_a_mistake()
    {
        string file = _place.Write("taken", "");
        string text = _place.Cluster().Replace(_place.In("db"), file, StringComparison.Ordinal).Replace(_place.In("logs"), file + "/logs", StringComparison.Ordinal);
        IReadOnlyList<ConfigurationMistake> mistakes = _place.Load(text).Mistakes;
        Assert.Equal([("cluster.db_root_dir", 5), ("cluster.log_dir", 6)], mistakes.Select(m => (m.Field, m.Line ?? 0)));
        Assert.Equal($"\"{file}\", a file", mistakes[0].Found);
        Assert.All(mistakes, m => Assert.Equal("a directory that this process can make and write", m.Allowed));
    }

    [Theory]
    [InlineData("listen_address = \"127.0.0.1:9081\"", "listen_address = \"127.0.0.1:9999\"",
        "cluster.listen_address: this node listens on port 9999, but cluster.initial_cluster sends the others to 127.0.0.1:9081; right only if something forwards the one to the other")]
    [InlineData("127.0.0.1:9081\" }", "127.0.0.1:9081\", status = 1 }",
        "cluster.initial_cluster[0].status: only a learner is promotable or read-only; member 1 is a voter and counts as active")]
    [InlineData("listen_address = \"127.0.0.1:9081\"", "listen_address = \"[::]:9081\"",
        "cluster.listen_address: [::]:9081 can be reached from other machines, and without TLS whoever reaches it can read and write everything")]
    [InlineData("[storage]", "[storage]\nlog = \"memory\"", "storage.log: memory forgets votes and entries when the process ends; for tests only")]
    [InlineData("[storage]", "[raft.watch]\nevent_queue_size = 1000", "raft.watch.event_queue_size: has no effect in this version: watches are not in it")]
    public void What_is_no_mistake_but_should_be_known_is_a_notice(string from, string to, string expected)
    {
        ConfigurationResult result = _place.Load(_place.Cluster("[storage]").Replace(from, to, StringComparison.Ordinal));
        Assert.Empty(result.Mistakes);
        Assert.Equal([expected], result.Notices);
    }

    private static string UpToFound(string line) => line[..line.IndexOf("found", StringComparison.Ordinal)];

    private string WithDirectories(string cluster) => $"{cluster}\ndb_root_dir = '{_place.In("db")}'\nlog_dir = '{_place.In("logs")}'";
}
