namespace DEngine.Core.Tests.Raft;

/// <summary>What cannot come in while everyone keeps the rules stops the node; what may come in late changes nothing.</summary>
public sealed class ImpossiblePairsTests
{
    /// <summary>(role of n1 in term 5, who sends, what): n2 is the leader that a follower follows; it holds two entries, both committed.</summary>
    public static TheoryData<Role, uint, object, long[]> Impossible => new()
    {
        { Role.Leader, 3, new AppendRequest(5, default, 0, 0, 0), [] },
        { Role.Leader, 3, new Heartbeat(5, 0, 1), [] },
        { Role.Leader, 2, new AppendAccepted(5, new LogPosition(1, 1), 99), [] },
        { Role.Leader, 2, new AppendRejected(5, 1, default, 99), [] },
        { Role.Leader, 2, new HeartbeatResponse(5, 99), [] },
        { Role.Follower, 3, new AppendRequest(5, default, 0, 0, 0), [] },
        { Role.Follower, 3, new Heartbeat(5, 0, 1), [] },
        { Role.Follower, 2, new Heartbeat(5, 3, 1), [] },
        { Role.Follower, 2, new AppendRequest(5, default, 0, 0, 2), [5] },
        { Role.Follower, 2, new AppendRequest(5, new LogPosition(1, 2), 0, 0, 2), [5, 4] },
        { Role.PreCandidate, 2, new Heartbeat(5, 3, 1), [] },
        { Role.Candidate, 2, new Heartbeat(5, 3, 1), [] },
    };

    public static TheoryData<Role> Roles => [Role.Follower, Role.PreCandidate, Role.Candidate, Role.Leader];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_message_that_no_correct_node_sends_stops_the_node(Role role, uint from, object message, long[] terms)
    {
        Cluster cluster = InTermFive(role);
        long first = message is AppendRequest append ? append.Previous.Index + 1 : 0;
        Assert.Throws<InvariantViolationException>(() => cluster.Deliver(from, 1, message, Cluster.Entries(first, terms)));
    }

    /// <summary>Paper §5.1: "if a server receives a request with a stale term number, it rejects the request"; and a late answer is no answer.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public void No_message_of_an_older_term_changes_anything_in_any_role(Role role)
    {
        object[] messages =
        [
            new PreVoteRequest(4, new LogPosition(9, 9)), new PreVoteResponse(4, true), new PreVoteResponse(4, false),
            new VoteRequest(4, new LogPosition(9, 9), true),
            new VoteResponse(4, true), new VoteResponse(4, false), new TimeoutNow(4), new StaleTerm(4), new AppendRequest(4, default, 9, 99, 0),
            new AppendAccepted(4, new LogPosition(4, 99), 99), new AppendRejected(4, 9, default, 99), new Heartbeat(4, 99, 99), new HeartbeatResponse(4, 99),
        ];
        foreach (object message in messages)
        {
            Cluster cluster = InTermFive(role);
            RaftNode node = cluster[1].Raft;
            (HardState, NodeId, long, long, TimeSpan) before = (node.HardState, node.Leader, node.CommitIndex, node.Log.LastIndex, node.NextDeadline);
            cluster.Deliver(3, 1, message);
            Assert.Equal(role, node.Role);
            Assert.Equal(before, (node.HardState, node.Leader, node.CommitIndex, node.Log.LastIndex, node.NextDeadline));
        }
    }

    /// <summary>Paper §5.1: whoever hears of a later term is a follower in it.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public void A_later_term_makes_every_role_a_follower(Role role)
    {
        object[] messages =
        [
            new PreVoteResponse(9, false), new VoteRequest(9, default, true), new VoteResponse(9, false), new StaleTerm(9),
            new AppendRequest(9, default, 0, 0, 0),
            new AppendAccepted(9, default, 0), new AppendRejected(9, 0, default, 0), new Heartbeat(9, 0, 0), new HeartbeatResponse(9, 0),
        ];
        foreach (object message in messages)
        {
            Cluster cluster = InTermFive(role);
            cluster.Deliver(3, 1, message);
            Assert.Equal((Role.Follower, 9L), (cluster[1].Raft.Role, cluster[1].Raft.Term));
        }
    }

    [Fact]
    public void A_ticket_that_was_never_handed_out_an_empty_batch_and_a_clock_that_goes_back_stop_the_node()
    {
        var cluster = new Cluster(3);
        RaftNode node = cluster[1].Raft;
        Assert.Throws<InvariantViolationException>(() => node.OnPersisted(1, cluster.Now));
        Assert.Throws<InvariantViolationException>(node.SealPersist);
        Assert.Throws<InvariantViolationException>(() => node.Tick(cluster.Now - TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void A_log_ahead_of_the_durable_term_does_not_start()
    {
        var log = new RaftLog();
        log.Append(Cluster.Entry(3, 1));
        var configuration = new Configuration(new NodeId(1));
        Assert.Throws<InvariantViolationException>(
            () => new RaftNode(new NodeId(1), configuration, new RaftOptions(), new HardState(2, default), log, new DeterministicRandom(1), default));
    }

    private static Cluster InTermFive(Role role)
    {
        var cluster = new Cluster(3, logs: [[1, 1], [1, 1], [1, 1]], term: role == Role.Follower || role == Role.PreCandidate ? 5 : 4);
        if (role == Role.Follower)
        {
            cluster.Deliver(2, 1, new AppendRequest(5, new LogPosition(1, 2), 2, 0, 0));
            Assert.Equal(2, cluster[1].Raft.CommitIndex);
        }
        else
        {
            cluster.Campaign(1);
            if (role >= Role.Candidate) cluster.Deliver(2, 1, new PreVoteResponse(5, true));
            if (role == Role.Leader) cluster.Deliver(2, 1, new VoteResponse(5, true));
        }

        Assert.Equal((role, 5L), (cluster[1].Raft.Role, cluster[1].Raft.Term));
        cluster.Mail.Clear();
        return cluster;
    }
}
