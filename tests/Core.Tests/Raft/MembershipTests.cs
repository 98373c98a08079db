namespace DEngine.Core.Tests.Raft;

/// <summary>Paper §6, thesis §4.</summary>
public sealed class MembershipTests
{
    private static readonly NodeId N1 = new(1);
    private static readonly NodeId N2 = new(2);

    /// <summary>
    /// Thesis §4.2.2; seed 4646. n2 has become a voter, has led, has given its vote up and has restarted: n1, which has less, cannot be elected by anybody, and
    /// n2 does not know whether any of that is committed.
    /// </summary>
    [Fact]
    public void Who_had_a_vote_between_two_changes_that_may_not_be_committed_campaigns()
    {
        var asLearner = new Configuration([new Core.Member(N1, MembershipRole.Voter), new Core.Member(N2, MembershipRole.Learner)]);
        RaftNode node = Restarted(asLearner, new Configuration(N1, N2), asLearner);
        node.Tick(node.NextDeadline);
        Assert.Equal(Role.PreCandidate, node.Role);
    }

    [Fact]
    public void Who_never_had_a_vote_does_not_campaign()
    {
        var asLearner = new Configuration([new Core.Member(N1, MembershipRole.Voter), new Core.Member(N2, MembershipRole.Learner)]);
        RaftNode node = Restarted(asLearner, asLearner);
        node.Tick(node.NextDeadline);
        Assert.Equal(Role.Follower, node.Role);
    }

    /// <summary>Seed 2064: it may have no vote any more when it is caught up.</summary>
    [Fact]
    public void Leadership_is_not_handed_to_who_is_losing_its_vote()
    {
        var cluster = new Cluster(4);
        RaftNode leader = cluster.Elect(1).Raft;
        MembershipChange[] changes = [new(N2, MembershipTarget.Learner), new(new NodeId(3), MembershipTarget.Removed)];
        Assert.Equal(MembershipStatus.Proposed, leader.ChangeMembership(changes, cluster.Now));
        Assert.True(leader.Configuration.IsJoint);
        Assert.False(leader.TransferLeadership(N2, cluster.Now));
        Assert.False(leader.TransferLeadership(new NodeId(3), cluster.Now));
        Assert.True(leader.TransferLeadership(NodeId.None, cluster.Now));
        Assert.Equal(new NodeId(4), leader.TransferTarget);
    }

    /// <summary>n2, which was told <paramref name="told"/> and has the others in its log.</summary>
    private static RaftNode Restarted(Configuration told, params ReadOnlySpan<Configuration> logged)
    {
        var log = new RaftLog();
        foreach (Configuration configuration in logged)
            log.Append(new Entry(new LogPosition(1, log.LastIndex + 1), EntryKind.Configuration, ConfigurationFormat.Write(configuration)));
        return new RaftNode(
            N2, told, new RaftOptions(), new HardState(1, NodeId.None), log, DeterministicRandom.For(1, 1), TimeSpan.FromSeconds(100));
    }
}
