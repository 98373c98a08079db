namespace DEngine.Core.Tests.Raft;

/// <summary>Thesis §3.10.</summary>
public sealed class TransferTests
{
    private static readonly NodeId N2 = new(2);

    [Fact]
    public void A_target_that_is_caught_up_is_told_at_once_and_leads_without_pre_vote()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        Assert.True(leader.Raft.TransferLeadership(N2, cluster.Now));
        leader.Pump();
        Assert.Equal(new TimeoutNow(1), Assert.Single(cluster.Mail).Message);
        cluster.Run();
        Assert.Equal(Role.Leader, cluster[2].Raft.Role);
        Assert.Equal(Role.Follower, leader.Raft.Role);
        Assert.DoesNotContain(cluster[2].RoleChanges, change => change.To == Role.PreCandidate);
    }

    [Fact]
    public void A_target_that_lags_is_brought_up_to_date_first()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        leader.Propose(1);
        Assert.True(leader.Raft.TransferLeadership(N2, cluster.Now));
        leader.Pump();
        Assert.Empty(cluster.Take<TimeoutNow>());
        cluster.Run();
        Assert.Equal(Role.Leader, cluster[2].Raft.Role);
        Assert.Equal("1 1 2", Cluster.Terms(cluster[3].Raft));
    }

    /// <summary>BUGS T1.</summary>
    [Fact]
    public void A_transfer_to_a_dead_target_is_abandoned_and_proposals_are_taken_again()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        cluster.Cut(1, 2);
        leader.Propose(1);
        TimeSpan start = cluster.Now;
        Assert.True(leader.Raft.TransferLeadership(N2, start));
        Assert.False(leader.Raft.Propose(EntryKind.Command, default, cluster.Now, out _));
        Assert.False(leader.Raft.TransferLeadership(new NodeId(3), cluster.Now), "one at a time");
        while (cluster.Now < start + cluster.Options.ElectionTimeoutMax)
        {
            Assert.Equal(N2, leader.Raft.TransferTarget);
            Assert.True(leader.Raft.NextDeadline <= start + cluster.Options.ElectionTimeoutMax);
            cluster.Beat(1);
            cluster.Run();
        }

        Assert.True(leader.Raft.TransferTarget.IsNone);
        leader.Propose(2);
    }

    /// <summary>BUGS T1: deposed and elected again.</summary>
    [Fact]
    public void A_transfer_ends_with_the_term()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        Assert.True(leader.Raft.TransferLeadership(N2, cluster.Now));
        leader.Pump();
        cluster.Mail.Clear();
        cluster.Deliver(3, 1, new StaleTerm(4));
        Assert.True(leader.Raft.TransferTarget.IsNone);
        cluster.Elect(1).Propose(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    public void A_TimeoutNow_of_another_term_is_ignored(long term)
    {
        var cluster = new Cluster(3, term: 5);
        cluster.Deliver(2, 1, new TimeoutNow(term));
        Assert.Equal(Role.Follower, cluster[1].Raft.Role);
        Assert.Equal(5, cluster[1].Raft.Term);
        Assert.Empty(cluster.Mail);
    }

    [Fact]
    public void A_leader_ignores_a_TimeoutNow_and_hands_over_to_no_stranger_and_not_to_itself()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        cluster.Deliver(2, 1, new TimeoutNow(1));
        Assert.Equal(Role.Leader, leader.Raft.Role);
        Assert.False(leader.Raft.TransferLeadership(new NodeId(1), cluster.Now));
        Assert.False(leader.Raft.TransferLeadership(new NodeId(9), cluster.Now));
        Assert.False(cluster[2].Raft.TransferLeadership(new NodeId(3), cluster.Now));
        leader.Propose(1);
    }

    [Fact]
    public void Without_a_target_the_one_that_is_furthest_along_is_chosen()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        cluster.Cut(1, 2);
        leader.Propose(1);
        cluster.Run();
        Assert.True(leader.Raft.TransferLeadership(NodeId.None, cluster.Now));
        Assert.Equal(new NodeId(3), leader.Raft.TransferTarget);
    }
}
