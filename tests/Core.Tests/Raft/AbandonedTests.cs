namespace DEngine.Core.Tests.Raft;

/// <summary>A node that comes back with what an accepted loss has given up (invariant Y6; docs/recovery.md).</summary>
public sealed class AbandonedTests
{
    private static readonly LogPosition Committed = new(1, 10);

    [Fact]
    public void A_node_with_a_snapshot_of_what_was_given_up_takes_part_no_more_and_no_node_ends()
    {
        Cluster cluster = WithLoss(out Member leader, hasSnapshot: true);
        Assert.Equal(8, leader.Raft.Log.LastIndex);
        Beat(cluster, 3);
        ExpectAbandoned(cluster, leader);
    }

    [Fact]
    public void A_node_with_a_log_of_what_was_given_up_takes_part_no_more_and_no_node_ends()
    {
        Cluster cluster = WithLoss(out Member leader, hasSnapshot: false);
        Beat(cluster, 3);
        ExpectAbandoned(cluster, leader);
    }

    [Fact]
    public void It_does_not_count_for_entries_that_it_does_not_hold()
    {
        Cluster cluster = WithLoss(out Member leader, hasSnapshot: true);
        cluster.Cut(3);
        long before = leader.Raft.CommitIndex;
        for (byte i = 0; i < 4; i++) leader.Propose(i);
        Beat(cluster, 10);
        Assert.Equal(before, leader.Raft.CommitIndex);
        Assert.Equal(0, leader.Raft.Peers[0].Match);
        ExpectAbandoned(cluster, leader);
    }

    [Fact]
    public void It_grants_no_vote_does_not_campaign_and_keeps_no_leader_in_office()
    {
        Cluster cluster = WithLoss(out Member leader, hasSnapshot: true);
        Beat(cluster, 3);
        cluster.Cut(3);
        TimeSpan end = cluster.Now + (cluster.Options.ElectionTimeoutMax * 2);
        while (cluster.Now < end && leader.Raft.IsLeader) Beat(cluster, 1);
        Assert.False(leader.Raft.IsLeader);
        cluster.Campaign(1);
        Assert.Equal(Role.Follower, cluster[1].Raft.Role);
        cluster.Mail.Clear();
        cluster.Deliver(2, 1, new VoteRequest(leader.Raft.Term + 1, leader.Raft.Log.Last, LeadershipTransfer: true));
        Assert.False(cluster.TakeOne<VoteResponse>(1, 2).Granted);
    }

    /// <summary>The next leader is told as well, and ends no more than the one before.</summary>
    [Fact]
    public void The_next_leader_does_not_count_it_either()
    {
        Cluster cluster = WithLoss(out Member leader, hasSnapshot: true);
        Beat(cluster, 3);
        Assert.True(leader.Raft.TransferLeadership(new NodeId(3), cluster.Now));
        leader.Pump();
        cluster.Run();
        Member next = cluster[3];
        Assert.True(next.Raft.IsLeader);
        Beat(cluster, 2, leader: 3);
        Assert.True(next.Raft.Peers[0].IsAbandoned);
        Assert.False(leader.Raft.IsAbandoned);
        Assert.Equal([RecoveryStage.Abandoned], cluster[1].Recovery);
    }

    /// <summary>"My log ends before your entry" was true when the leader had just been elected, and the entry is its own.</summary>
    [Fact]
    public void A_late_contradiction_says_nothing_about_entries_of_the_leaders_own_term()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        for (byte i = 0; i < 3; i++) leader.Propose(i);
        cluster.Run();
        Beat(cluster, 1, leader: 1);
        Assert.Equal(4, cluster[2].Raft.CommitIndex);
        cluster.Deliver(1, 2, Contradiction(leader, new LogPosition(1, 1)));
        cluster.Deliver(1, 2, Contradiction(leader, new LogPosition(1, 4)));
        Assert.False(cluster[2].Raft.IsAbandoned);
    }

    /// <summary>Below what the leader has compacted nothing can be compared: the follower gets a snapshot, and counts from there.</summary>
    [Fact]
    public void A_claim_below_the_leaders_snapshot_does_not_count_and_leads_to_a_snapshot()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        for (byte i = 0; i < 5; i++) leader.Propose(i);
        cluster.Run();
        Beat(cluster, 1, leader: 1);
        cluster.Cut(3);
        for (byte i = 0; i < 5; i++) leader.Propose(i);
        cluster.Run();
        leader.SaveSnapshot();
        PeerProgress peer = leader.Raft.Peers[1];
        long match = peer.Match;
        peer.Reset(leader.Raft.Log.LastIndex + 1, cluster.Now);
        cluster.Mail.Clear();
        cluster.Deliver(3, 1, new AppendAccepted(leader.Raft.Term, new LogPosition(1, match), 0));
        Assert.Equal(0, peer.Match);
        Assert.Equal(ReplicationState.Snapshot, peer.State);
        cluster.Heal();
        Beat(cluster, 6, leader: 1);
        Assert.Equal(leader.Raft.Log.LastIndex, peer.Match);
    }

    /// <summary>The leader compares for itself: the follower's own finding that its log was given up may be late, or may not come.</summary>
    [Fact]
    public void A_claim_of_another_entry_than_the_leaders_does_not_count()
    {
        var cluster = new Cluster(3);
        cluster.Elect(1);
        cluster.Run();
        cluster.Cut(1);
        Member leader = cluster.Elect(2);
        cluster.Run();
        cluster.Cut(3);
        for (byte i = 0; i < 5; i++) leader.Propose(i);
        cluster.Mail.Clear();
        long before = leader.Raft.CommitIndex;
        PeerProgress peer = leader.Raft.Peers[0];
        cluster.Deliver(1, 2, new AppendAccepted(leader.Raft.Term, new LogPosition(1, leader.Raft.Log.LastIndex), 0));
        Assert.Equal(before, leader.Raft.CommitIndex);
        Assert.Equal(0, peer.Match);
        RecoveryNotice told = cluster.TakeOne<RecoveryNotice>(2, 1);
        Assert.Equal(RecoveryStep.Contradiction, told.Step);
        Assert.Equal(leader.Raft.Log.Last, told.Last);
    }

    private static RecoveryNotice Contradiction(Member leader, LogPosition last) =>
        new(leader.Raft.Term, RecoveryStep.Contradiction, 0, last, RecoveryReason.None, KnowsLeader: true);

    private static void ExpectAbandoned(Cluster cluster, Member leader)
    {
        RaftNode returned = cluster[1].Raft;
        Assert.True(returned.IsAbandoned);
        Assert.False(returned.Counts);
        Assert.Equal([RecoveryStage.Abandoned], cluster[1].Recovery);
        Assert.Equal(Committed.Index, returned.CommitIndex);
        Assert.True(leader.Raft.IsLeader);
        Assert.True(leader.Raft.Peers[0].IsAbandoned);
        Assert.Equal(0, leader.Raft.Peers[0].CountedMatch);
    }

    /// <summary>
    /// n1 has led and committed ten entries, and is cut off. n2 and n3 lose three of them, their loss is accepted, and n2 leads: its log ends with 2:8. n1 is
    /// back.
    /// </summary>
    private static Cluster WithLoss(out Member leader, bool hasSnapshot)
    {
        var cluster = new Cluster(3);
        Member first = cluster.Elect(1);
        for (byte i = 0; i < 9; i++) first.Propose(i);
        cluster.Run();
        Beat(cluster, 1, leader: 1);
        Assert.Equal(Committed.Index, first.Raft.CommitIndex);
        if (hasSnapshot) first.SaveSnapshot();
        cluster.Cut(1);
        cluster[2].RestartWithout(3);
        cluster[3].RestartWithout(3);
        cluster.Mail.Clear();
        cluster[2].AcceptLoss();
        cluster[3].AcceptLoss();
        cluster.Pass(cluster.Options.ElectionTimeoutMax * 2);
        leader = cluster.Elect(2);
        Beat(cluster, 3);
        Assert.False(leader.Raft.IsRecovering);
        cluster.Heal();
        if (hasSnapshot)
        {
            cluster[1].Restart();
            cluster[1].Pump();
        }

        return cluster;
    }

    private static void Beat(Cluster cluster, int times, uint leader = 2)
    {
        for (int i = 0; i < times; i++)
        {
            cluster.Beat(leader);
            cluster.Run();
        }
    }
}
