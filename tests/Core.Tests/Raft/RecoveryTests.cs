namespace DEngine.Core.Tests.Raft;

/// <summary>A node that lacks what it has acknowledged (invariants Y1 to Y3; docs/recovery.md).</summary>
public sealed class RecoveryTests
{
    [Fact]
    public void Who_is_recovering_grants_nothing_and_does_not_campaign()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        cluster[2].RestartWithout(1);
        Assert.Equal([RecoveryStage.Began], cluster[2].Recovery);
        cluster.Cut(1);
        cluster.Mail.Clear();
        cluster.Pass(cluster.Options.ElectionTimeoutMax);
        cluster.Deliver(3, 2, new PreVoteRequest(2, leader.Raft.Log.Last));
        Assert.False(cluster.TakeOne<PreVoteResponse>(2, 3).Granted);
        cluster.Deliver(3, 2, new VoteRequest(2, leader.Raft.Log.Last, LeadershipTransfer: true));
        Assert.False(cluster.TakeOne<VoteResponse>(2, 3).Granted);
        cluster.Deliver(1, 2, new TimeoutNow(2));
        cluster.Campaign(2);
        Assert.Equal(Role.Follower, cluster[2].Raft.Role);
        Assert.Empty(cluster.Take<PreVoteRequest>());
        Assert.Empty(cluster.Take<VoteRequest>());
    }

    [Fact]
    public void What_it_acknowledges_does_not_commit_anything()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        cluster[2].RestartWithout(2);
        cluster.Cut(3);
        long committed = leader.Raft.CommitIndex;
        leader.Propose(9);
        Beat(cluster, 3);
        Assert.Equal(leader.Raft.Log.LastIndex, leader.Raft.Peers[0].Match);
        Assert.Equal(0, leader.Raft.Peers[0].CountedMatch);
        Assert.Equal(committed, leader.Raft.CommitIndex);
        Assert.True(cluster[2].Raft.IsRecovering);
    }

    [Fact]
    public void It_confirms_no_lease_and_no_read()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        cluster[2].RestartWithout(1);
        cluster.Cut(3);
        leader.Propose(9);
        cluster.Pass(cluster.Options.LeaseDuration);
        leader.Read(1);
        Beat(cluster, 2);
        Assert.False(leader.HoldsLease());
        Assert.DoesNotContain(1ul, leader.Reads);
    }

    [Fact]
    public void It_counts_again_when_it_holds_what_the_leader_held_on_contact_and_that_is_committed()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        cluster[2].RestartWithout(3);
        Beat(cluster, 4);
        Assert.False(cluster[2].Raft.IsRecovering);
        Assert.Equal([RecoveryStage.Began, RecoveryStage.Ended], cluster[2].Recovery);
        Assert.Equal(Cluster.Terms(leader.Raft), Cluster.Terms(cluster[2].Raft));
        cluster.Cut(3);
        leader.Propose(9);
        cluster.Run();
        Assert.Equal(leader.Raft.Log.LastIndex, leader.Raft.CommitIndex);

        // It is written down: the next life is not recovering.
        cluster[2].Restart();
        Assert.False(cluster[2].Raft.IsRecovering);
    }

    /// <summary>
    /// DESIGN §5: the leader's commit index on contact is not enough. n3 has acknowledged entry 3, which n1 and n2 hold too: committed. n1 is gone; n2, just
    /// elected, has not committed anything in its term. Brought only to n2's commit index, n3 could help n4 and n5 to forget entry 3.
    /// </summary>
    [Fact]
    public void The_last_index_of_a_new_leader_counts_and_not_its_commit_index()
    {
        var cluster = new Cluster(5, logs: [[1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1], [1, 1]]);
        cluster[3].RestartWithout(1);
        cluster.Cut(1);
        Member leader = cluster.Elect(2);
        Assert.Equal(4, leader.Raft.Log.LastIndex);

        // Nothing but heartbeats gets from n2 to the others.
        for (int beats = 0; beats < 4; beats++)
        {
            cluster.Beat(2);
            cluster.Take<AppendRequest>();
            cluster.Run();
        }

        cluster.Cut(2);
        Assert.True(cluster[3].Raft.IsRecovering || cluster[3].Raft.Log.LastIndex >= 3);
        cluster.Campaign(4);
        cluster.Run();
        Assert.True(cluster[4].Raft.Role != Role.Leader || cluster[4].Raft.Log.LastIndex > 4, "entry 3 was committed and is not forgotten");
    }

    /// <summary>A leader remembers what the node has acknowledged and lost; what is there instead may be of another history.</summary>
    [Fact]
    public void A_commit_index_is_believed_only_as_far_as_this_life_has_matched()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        cluster[2].RestartWithout(3);
        long kept = cluster[2].Raft.Log.LastIndex;
        cluster.Deliver(1, 2, new Heartbeat(leader.Raft.Term, leader.Raft.CommitIndex, 50));
        Assert.Equal(0, cluster[2].Raft.CommitIndex);
        Assert.Equal(kept, cluster[2].Raft.Log.LastIndex);
        Assert.Equal(0, cluster.TakeOne<HeartbeatResponse>(2, 1).Round);
    }

    [Fact]
    public void Late_acknowledgements_of_an_earlier_life_do_not_hide_what_was_lost()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        long last = leader.Raft.Log.LastIndex;
        cluster[2].RestartWithout(3);
        cluster.Beat(1);
        cluster.Deliver(1, 2, cluster.TakeOne<Heartbeat>(1, 2));
        cluster.Deliver(2, 1, cluster.TakeOne<RecoveryNotice>(2, 1));
        cluster.Mail.Clear();
        Assert.NotNull(leader.Raft.Peers[0].Recovery);
        cluster.Deliver(2, 1, new AppendAccepted(leader.Raft.Term, leader.Raft.Log[last - 1].Position, Round: 0));
        Assert.Equal(0, leader.Raft.Peers[0].Match);
        Beat(cluster, 4);
        Assert.Equal(last, cluster[2].Raft.Log.LastIndex);
        Assert.False(cluster[2].Raft.IsRecovering);
    }

    /// <summary>A late copy of a request makes the leader think that a node which is whole is not; it is told otherwise.</summary>
    [Fact]
    public void A_late_request_does_not_stop_a_node_that_is_whole_from_counting()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        cluster.Deliver(2, 1, new RecoveryNotice(leader.Raft.Term, RecoveryStep.Request, 77, default, RecoveryReason.UnsyncedLost, KnowsLeader: true));
        Assert.NotNull(leader.Raft.Peers[0].Recovery);
        Beat(cluster, 2);
        Assert.Null(leader.Raft.Peers[0].Recovery);
        cluster.Cut(3);
        leader.Propose(9);
        cluster.Run();
        Assert.Equal(leader.Raft.Log.LastIndex, leader.Raft.CommitIndex);
    }

    [Fact]
    public void When_a_majority_is_hit_nobody_is_elected_until_every_voter_has_reported()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        string all = Cluster.Terms(leader.Raft);
        cluster[1].RestartWithout(2);
        cluster[2].RestartWithout(1);
        cluster.Mail.Clear();
        cluster.Cut(3);
        Rounds(cluster, 4);
        Assert.Contains(RecoveryStage.MajorityLost, cluster[1].Recovery);
        Assert.DoesNotContain(RecoveryStage.LossAccepted, cluster[1].Recovery);
        Assert.True(cluster[1].Raft.IsRecovering && cluster[2].Raft.IsRecovering);

        cluster.Heal();
        Rounds(cluster, 6);
        Assert.Contains(RecoveryStage.LossAccepted, cluster[1].Recovery);
        Assert.Equal(RecoveryStage.Ended, cluster[1].Recovery[^1]);
        Assert.Equal(RecoveryStage.Ended, cluster[2].Recovery[^1]);

        // The one that had lost nothing was the longest, so nothing is lost after all.
        for (uint id = 1; id <= 3; id++) Assert.StartsWith(all, Cluster.Terms(cluster[id].Raft), StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_can_order_what_is_left_to_go_on()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        string all = Cluster.Terms(leader.Raft);
        cluster[1].RestartWithout(2);
        cluster[2].RestartWithout(1);
        cluster.Mail.Clear();
        cluster.Cut(3);
        Rounds(cluster, 2);
        cluster[2].AcceptLoss();
        cluster[1].AcceptLoss();
        Rounds(cluster, 6);
        Assert.Contains(RecoveryStage.LossOrdered, cluster[1].Recovery);
        Assert.Contains(cluster[1].RoleChanges.Concat(cluster[2].RoleChanges), change => change.To == Role.Leader);
        Assert.StartsWith(all[..^2], Cluster.Terms(cluster[1].Raft), StringComparison.Ordinal);
        Assert.False(cluster[1].Raft.IsRecovering);
        Assert.False(cluster[1].Raft.AcceptLoss(cluster.Now), "there is nothing to accept any more");
    }

    /// <summary>
    /// Seed 3425: all had lost something and settled on what was left, and then the old leader's messages from before that arrived. They are of the same term.
    /// </summary>
    [Fact]
    public void Late_messages_of_the_leader_before_an_accepted_loss_neither_end_the_recovery_nor_commit_what_is_gone()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        long term = leader.Raft.Term;
        long acknowledged = leader.Raft.Log.LastIndex;
        cluster[1].RestartWithout(1);
        cluster[2].RestartWithout(3);
        cluster[3].RestartWithout(3);
        Entry[] left = [.. Enumerable.Range(2, 2).Select(index => cluster[1].Raft.Log[index])];
        cluster.Mail.Clear();
        for (int asked = 0; asked < 2; asked++)
        {
            cluster.Campaign(2);
            cluster.Run();
        }

        Member settled = cluster[2];
        Assert.Equal(RecoveryStage.LossAccepted, settled.Recovery[^1]);
        Assert.Equal(term, settled.Raft.Term);
        cluster.Deliver(1, 2, new AppendRequest(term, left[0].Position with { Index = 1 }, 2, 0, 1), left[0]);
        Assert.Equal(2, settled.Raft.CommitIndex);
        Assert.Equal(RecoveryStage.LossAccepted, settled.Recovery[^1]);

        cluster.Deliver(1, 2, new AppendRequest(term, left[0].Position, 3, 0, 1), left[1]);
        Assert.Equal(RecoveryStage.Ended, settled.Recovery[^1]);
        cluster.Deliver(1, 2, new Heartbeat(term, acknowledged, 50));
        Assert.Equal(3, settled.Raft.CommitIndex);
    }

    /// <summary>
    /// Seed 95 of an earlier swarm: two of three came back recovering under a leader that could commit nothing, and all three waited for one another.
    /// </summary>
    [Fact]
    public void A_leader_whose_majority_is_recovering_makes_room()
    {
        Cluster cluster = WithEntries(3, out Member leader);
        cluster[2].RestartWithout(1);
        cluster[3].RestartWithout(1);
        leader.Propose(9);
        Beat(cluster, 3);
        TimeSpan end = cluster.Now + (cluster.Options.ElectionTimeoutMax * 2);
        while (cluster.Now < end && leader.Raft.IsLeader) Beat(cluster, 1);
        Assert.False(leader.Raft.IsLeader);
        Rounds(cluster, 8);
        Assert.False(cluster[2].Raft.IsRecovering || cluster[3].Raft.IsRecovering);
    }

    [Fact]
    public void A_cluster_of_one_goes_on_and_says_what_it_may_have_lost()
    {
        var cluster = new Cluster(1, logs: [[1, 1]]);
        cluster[1].RestartWithout(1);
        for (int i = 0; i < 4; i++) cluster.Campaign(1);
        Assert.Equal(
            [RecoveryStage.Began, RecoveryStage.MajorityLost, RecoveryStage.LossAccepted, RecoveryStage.Ended], cluster[1].Recovery);
        Assert.True(cluster[1].Raft.IsLeader);
    }

    private static Cluster WithEntries(int nodes, out Member leader)
    {
        var cluster = new Cluster(nodes);
        leader = cluster.Elect(1);
        for (byte i = 0; i < 3; i++) leader.Propose(i);
        cluster.Run();
        cluster.Beat(1);
        cluster.Run();
        return cluster;
    }

    private static void Beat(Cluster cluster, int times)
    {
        for (int i = 0; i < times; i++)
        {
            cluster.Beat(1);
            cluster.Run();
        }
    }

    /// <summary>Everybody loses patience, one after another.</summary>
    private static void Rounds(Cluster cluster, int times)
    {
        for (int i = 0; i < times; i++)
        {
            for (uint id = 1; id <= cluster.Configuration.Voters.Length; id++)
            {
                if (cluster[id].Raft.IsLeader) cluster.Beat(id);
                else cluster.Campaign(id);
                cluster.Run();
            }
        }
    }
}
