namespace DEngine.Core.Tests.Raft;

/// <summary>Which losses the nodes accept by themselves (invariant Y3), and what the history says of it (Z6).</summary>
public sealed class AcceptedLossTests
{
    [Fact]
    public void Voters_do_not_give_up_what_a_learner_holds()
    {
        Cluster cluster = AllVotersLose(2);
        Rounds(cluster, 4);
        for (uint id = 1; id <= 3; id++)
        {
            Assert.DoesNotContain(RecoveryStage.LossAccepted, cluster[id].Recovery);
            Assert.Contains(RecoveryStage.HeldByLearner, cluster[id].Recovery);
        }
    }

    [Fact]
    public void An_operator_gives_up_what_a_learner_holds_and_the_learner_is_abandoned()
    {
        Cluster cluster = AllVotersLose(2);
        Rounds(cluster, 2);
        for (uint id = 1; id <= 3; id++) cluster[id].AcceptLoss();
        Rounds(cluster, 4);
        Assert.Contains(Enumerable.Range(1, 3), id => cluster[(uint)id].Raft.IsLeader);
        for (uint id = 1; id <= 3; id++) Assert.Equal(RecoveryStage.Ended, cluster[id].Recovery[^1]);
        Assert.True(cluster[4].Raft.IsAbandoned);
    }

    [Fact]
    public void A_learner_that_is_away_is_waited_for()
    {
        Cluster cluster = AllVotersLose(2);
        cluster.Cut(4);
        Rounds(cluster, 6);
        for (uint id = 1; id <= 3; id++) Assert.DoesNotContain(RecoveryStage.LossAccepted, cluster[id].Recovery);
    }

    [Fact]
    public void A_learner_that_holds_no_more_than_the_voters_is_no_reason_to_wait()
    {
        Cluster cluster = AllVotersLose(2);
        cluster[4].RestartWithout(3);
        cluster.Mail.Clear();
        Rounds(cluster, 6);
        for (uint id = 1; id <= 3; id++) Assert.Equal(RecoveryStage.Ended, cluster[id].Recovery[^1]);
    }

    [Fact]
    public void The_first_leader_after_an_accepted_loss_branches_the_history_off()
    {
        Cluster cluster = Formed(out HistoryId before);
        for (uint id = 1; id <= 3; id++) cluster[id].RestartWithout(1);
        cluster.Mail.Clear();
        Rounds(cluster, 6);
        ExpectBranch(cluster, before);
    }

    /// <summary>n1 has lost nothing, and knows by the votes alone that the others have accepted a loss.</summary>
    [Fact]
    public void A_leader_that_has_lost_nothing_itself_branches_the_history_off()
    {
        Cluster cluster = Formed(out HistoryId before);
        cluster.Cut(1);
        cluster[2].RestartWithout(1);
        cluster[3].RestartWithout(1);
        cluster.Mail.Clear();
        cluster.Campaign(2);
        cluster.Campaign(3);
        cluster[2].AcceptLoss();
        cluster[3].AcceptLoss();
        cluster.Heal();
        cluster.Mail.Clear();
        cluster.Campaign(1);
        Assert.False(cluster[1].Raft.IsLeader);
        cluster.Mail.Clear();
        Member leader = cluster.Elect(1);
        Assert.Equal([], leader.Recovery);
        ExpectBranch(cluster, before);
    }

    [Fact]
    public void An_election_without_a_loss_leaves_the_history_as_it_is()
    {
        Cluster cluster = Formed(out HistoryId before);
        cluster.Pass(cluster.Options.ElectionTimeoutMax * 2);
        Assert.True(cluster[1].Raft.TransferLeadership(new NodeId(2), cluster.Now));
        cluster[1].Pump();
        cluster.Run();
        Assert.True(cluster[2].Raft.IsLeader);
        Assert.Equal(before, cluster[2].Raft.Configuration.History);
    }

    private static void ExpectBranch(Cluster cluster, HistoryId before)
    {
        HistoryId after = cluster[1].Raft.Configuration.History;
        Assert.Equal(before.Root, after.Root);
        Assert.NotEqual(before.Branch, after.Branch);
        Assert.True(cluster[1].Raft.ConfigurationIndex <= cluster[1].Raft.CommitIndex);
        Assert.Equal(after, cluster[2].Raft.Configuration.History);
    }

    private static Cluster Formed(out HistoryId history)
    {
        var cluster = new Cluster(3, isForming: true);
        Member leader = cluster.Elect(1);
        Fill(cluster, leader);
        history = leader.Raft.Configuration.History;
        Assert.True(history.IsFormed);
        return cluster;
    }

    /// <summary>n1 to n3 vote, n4 learns. All have four entries, committed; then the voters lose the last ones.</summary>
    private static Cluster AllVotersLose(int entries)
    {
        var cluster = new Cluster(4, learners: 1);
        Fill(cluster, cluster.Elect(1));
        Assert.Equal(4, cluster[4].Raft.CommitIndex);
        for (uint id = 1; id <= 3; id++) cluster[id].RestartWithout(entries);
        cluster.Mail.Clear();
        return cluster;
    }

    private static void Fill(Cluster cluster, Member leader)
    {
        for (byte i = 0; i < 3; i++) leader.Propose(i);
        cluster.Run();
        cluster.Beat(leader.Id.Value);
        cluster.Run();
    }

    /// <summary>Each voter loses patience, one after another.</summary>
    private static void Rounds(Cluster cluster, int times)
    {
        for (int i = 0; i < times; i++)
        {
            foreach (NodeId voter in cluster.Configuration.Voters)
            {
                if (cluster[voter.Value].Raft.IsLeader) cluster.Beat(voter.Value);
                else cluster.Campaign(voter.Value);
                cluster.Run();
            }
        }
    }
}
