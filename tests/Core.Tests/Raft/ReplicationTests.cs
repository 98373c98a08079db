namespace DEngine.Core.Tests.Raft;

/// <summary>Paper §5.3, from the leader's side and the follower's.</summary>
public sealed class ReplicationTests
{
    private static readonly long[] Leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

    /// <summary>Paper figure 7, (a) to (f): terms of the follower's log, and how many whole terms of it or of the leader's are in conflict.</summary>
    public static TheoryData<string, long[], int> FigureSeven => new()
    {
        { "a", [1, 1, 1, 4, 4, 5, 5, 6, 6], 1 },
        { "b", [1, 1, 1, 4], 1 },
        { "c", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], 1 },
        { "d", [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], 1 },
        { "e", [1, 1, 1, 4, 4, 4, 4], 2 },
        { "f", [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], 2 },
    };

    [Theory]
    [MemberData(nameof(FigureSeven))]
    public void Figure_7_logs_are_repaired_with_one_refusal_per_term_in_conflict(string name, long[] follower, int refusalsMax)
    {
        var cluster = new Cluster(3, logs: [Leader, Leader, follower], term: 7);
        cluster.Cut(1, 3);
        Member leader = cluster.Elect(1);
        leader.Propose(99);
        cluster.Heal();
        int refusals = 0;
        for (int beats = 0; beats < 10; beats++)
        {
            cluster.Beat(1);
            while (cluster.Mail.Count > 0)
            {
                Letter letter = cluster.Mail[0];
                cluster.Mail.RemoveAt(0);
                if (letter is { From: 3, Message: AppendRejected }) refusals++;
                cluster.Deliver(letter);
            }
        }

        Assert.Equal("1 1 1 4 4 5 5 6 6 6 8 8", Cluster.Terms(cluster[3].Raft));
        Assert.Equal(12, cluster[3].Raft.CommitIndex);
        Assert.True(refusals <= refusalsMax, $"({name}) took {refusals} refusals");
    }

    /// <summary>Paper figure 2, AppendEntries rule 3; BUGS L1: truncation only at a real conflict.</summary>
    [Fact]
    public void A_late_copy_of_an_older_append_cuts_nothing()
    {
        var cluster = new Cluster(3, term: 1);
        cluster.Deliver(2, 1, new AppendRequest(2, default, 0, 0, 3), Cluster.Entries(1, 2, 2, 2));
        cluster.Deliver(2, 1, new AppendRequest(2, default, 0, 0, 1), Cluster.Entries(1, 2));
        cluster.Deliver(2, 1, new AppendRequest(2, default, 0, 0, 0));
        Assert.Equal("2 2 2", Cluster.Terms(cluster[1].Raft));
        Assert.Equal([3L, 1L, 0L], cluster.Take<AppendAccepted>(1, 2).Select(letter => ((AppendAccepted)letter.Message).Match.Index));
        Assert.Equal(1, cluster[1].Raft.LastTicket);
    }

    /// <summary>Paper figure 2, AppendEntries rule 5: min(leaderCommit, index of last new entry); BUGS L2.</summary>
    [Fact]
    public void A_follower_commits_no_further_than_the_append_has_checked()
    {
        var cluster = new Cluster(3, logs: [[1, 1, 1], [], []]);
        cluster.Deliver(2, 1, new AppendRequest(3, new LogPosition(1, 1), 9, 0, 0));
        Assert.Equal(1, cluster[1].Raft.CommitIndex);
        Assert.Equal(1, cluster.TakeOne<AppendAccepted>(1, 2).Match.Index);
    }

    /// <summary>Paper §5.3; BUGS L2: a heartbeat says nothing of the log, so it commits no more than the peer is known to hold.</summary>
    [Fact]
    public void A_heartbeat_commits_never_beyond_what_the_peer_is_known_to_hold()
    {
        var cluster = new Cluster(3, logs: [[1], [1], [1, 2, 2, 2, 2]], term: 2);
        cluster.Cut(1, 3);
        Member leader = cluster.Elect(1);
        leader.Propose(1);
        cluster.Run();
        Assert.Equal(3, leader.Raft.CommitIndex);
        cluster.Beat(1);
        Assert.Equal(3, Assert.IsType<Heartbeat>(cluster.Take<Heartbeat>(1, 2)[^1].Message).CommitIndex);
        Heartbeat toDivergent = cluster.TakeOne<Heartbeat>(1, 3);
        Assert.Equal(0, toDivergent.CommitIndex);
        cluster.Deliver(1, 3, toDivergent);
        Assert.Equal(0, cluster[3].Raft.CommitIndex);
        Assert.Equal("1 2 2 2 2", Cluster.Terms(cluster[3].Raft));
    }

    /// <summary>Paper figure 2, AppendEntries rule 2; BUGS L5.</summary>
    [Fact]
    public void An_append_behind_a_gap_or_a_conflict_is_refused_with_a_hint()
    {
        var cluster = new Cluster(3, logs: [[1, 1, 4, 4], [], []]);
        cluster.Deliver(2, 1, new AppendRequest(9, new LogPosition(8, 7), 0, 3, 1), Cluster.Entries(8, 9));
        cluster.Deliver(2, 1, new AppendRequest(9, new LogPosition(3, 4), 0, 3, 1), Cluster.Entries(5, 9));
        Assert.Equal(
            [new AppendRejected(9, 7, new LogPosition(4, 4), 3), new AppendRejected(9, 4, new LogPosition(1, 2), 3)],
            cluster.Take<AppendRejected>(1, 2).Select(letter => (AppendRejected)letter.Message));
        Assert.Equal("1 1 4 4", Cluster.Terms(cluster[1].Raft));
    }

    /// <summary>BUGS L8.</summary>
    [Fact]
    public void A_refusal_that_arrives_late_does_not_rewind_the_leader()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        for (byte i = 0; i < 5; i++) leader.Propose(i);
        cluster.Run();
        PeerProgress peer = leader.Raft.Peers[0];
        Assert.Equal(6, peer.Match);
        cluster.Deliver(2, 1, new AppendRejected(1, 3, new LogPosition(0, 0), 0));
        Assert.Equal((ReplicationState.Replicate, 6L, 7L), (peer.State, peer.Match, peer.Next));
        Assert.Empty(cluster.Mail);
    }

    /// <summary>BUGS L8: while probing, only the answer to the probe counts.</summary>
    [Fact]
    public void A_refusal_of_an_earlier_probe_is_ignored_while_another_is_under_way()
    {
        var progress = new PeerProgress(new NodeId(2), new RaftOptions());
        progress.Reset(10, TimeSpan.Zero);
        Assert.True(progress.OnRejected(9, 5));
        Assert.Equal(6, progress.Next);
        Assert.False(progress.OnRejected(9, 2));
        Assert.Equal(6, progress.Next);
        Assert.True(progress.OnRejected(5, 2));
        Assert.Equal(3, progress.Next);
    }

    /// <summary>BUGS L16.</summary>
    [Fact]
    public void Answers_that_arrive_after_step_down_change_nothing()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        leader.Propose(1);
        cluster.Mail.Clear();
        cluster.Deliver(3, 1, new StaleTerm(2));
        Assert.Equal(Role.Follower, leader.Raft.Role);
        cluster.Deliver(2, 1, new AppendAccepted(1, new LogPosition(1, 2), 0));
        cluster.Deliver(2, 1, new AppendAccepted(2, new LogPosition(1, 2), 0));
        cluster.Deliver(2, 1, new AppendRejected(1, 1, default, 0));
        cluster.Deliver(2, 1, new HeartbeatResponse(1, 1));
        Assert.Equal(1, leader.Raft.CommitIndex);
        Assert.Equal(Role.Follower, leader.Raft.Role);
        Assert.Empty(cluster.Mail);
    }

    /// <summary>An answer of an earlier term of the same leader says nothing about this one; BUGS L16.</summary>
    [Fact]
    public void Answers_of_an_earlier_term_of_the_same_leader_change_nothing()
    {
        var cluster = new Cluster(3, term: 4);
        Member leader = cluster.Elect(1);
        cluster.Cut(1);
        leader.Propose(1);
        cluster.Run();
        cluster.Deliver(2, 1, new AppendAccepted(4, new LogPosition(4, 2), 99));
        Assert.Equal(1, leader.Raft.CommitIndex);
        Assert.Equal(1, leader.Raft.Peers[0].Match);
    }

    /// <summary>The in-flight window: a slow peer is not buried, and what waits follows when it answers.</summary>
    [Fact]
    public void No_more_than_the_window_is_under_way_to_a_peer()
    {
        var cluster = new Cluster(3, new RaftOptions { InflightMessagesMax = 3, AppendEntriesMax = 2 });
        Member leader = cluster.Elect(1);
        for (byte i = 0; i < 20; i++) leader.Propose(i);
        Assert.Equal(3, cluster.Mail.Count(letter => letter is { To: 2, Message: AppendRequest }));
        cluster.Run();
        Assert.Equal(21, cluster[2].Raft.Log.LastIndex);
        Assert.Equal(21, leader.Raft.CommitIndex);
    }

    /// <summary>Lost appends are found by the heartbeat's answer, without waiting for more proposals.</summary>
    [Fact]
    public void An_append_that_was_lost_is_sent_again_after_a_heartbeat()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        LogPosition position = leader.Propose(1);
        leader.Propose(2);
        cluster.Mail.Clear();
        for (int i = 0; i < 3; i++)
        {
            cluster.Beat(1);
            cluster.Run();
        }

        Assert.Equal(position.Index + 1, leader.Raft.CommitIndex);
        Assert.Equal(position.Index + 1, cluster[3].Raft.CommitIndex);
    }

    /// <summary>
    /// Thesis §6.4.1, invariant R3: a lease may rest on a heartbeat's answer. A node that forgot the term in a crash would not wait that lease out.
    /// </summary>
    [Fact]
    public void A_leader_is_confirmed_only_by_a_node_that_will_remember_its_term()
    {
        var cluster = new Cluster(3);
        cluster[1].DiskIsSlow = true;
        cluster.Deliver(2, 1, new Heartbeat(1, 0, 1));
        cluster.Deliver(2, 1, new AppendRequest(1, new LogPosition(1, 5), 0, 1, 0));
        Assert.Empty(cluster.Mail);
        cluster[1].CompleteTicket();
        Assert.Equal(1, cluster.TakeOne<HeartbeatResponse>(1, 2).Round);
        Assert.Equal(1, cluster.TakeOne<AppendRejected>(1, 2).Round);
        cluster.Deliver(2, 1, new AppendRequest(1, default, 0, 1, 1), Cluster.Entries(1, 1));
        cluster.Deliver(2, 1, new Heartbeat(1, 0, 2));
        Assert.Equal(2, cluster.TakeOne<HeartbeatResponse>(1, 2).Round);
    }
}
