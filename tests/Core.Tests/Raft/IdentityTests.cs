namespace DEngine.Core.Tests.Raft;

/// <summary>A voter is a directory, not a number (Z4).</summary>
public sealed class IdentityTests
{
    [Fact]
    public void A_cluster_is_formed_when_every_voter_is_there_and_its_first_entry_says_who_they_are()
    {
        var cluster = new Cluster(3, isForming: true);
        cluster.Cut(3);
        cluster.Campaign(1);
        cluster.Run();
        Assert.Equal(Role.PreCandidate, cluster[1].Raft.Role);
        Assert.Equal([MembershipStage.Forming], cluster[1].Membership);
        Assert.Equal(0, cluster[1].Raft.Term);

        cluster.Heal();
        RaftNode leader = cluster.Elect(1).Raft;
        Assert.Equal(EntryKind.Configuration, leader.Log[1].Kind);
        foreach (uint id in (uint[])[1, 2, 3]) Assert.Equal(cluster[id].Identity, leader.Configuration.IdentityOf(new NodeId(id)));
        Assert.False(leader.Configuration.IsInitial);
        Assert.Equal(1, leader.CommitIndex);
    }

    [Fact]
    public void Once_it_is_formed_a_majority_is_enough()
    {
        Cluster cluster = Formed();
        cluster.Cut(1);
        cluster.Elect(2);
    }

    [Fact]
    public void Among_those_who_form_a_cluster_a_vote_is_not_given_twice_in_a_term()
    {
        var cluster = new Cluster(3, isForming: true);
        var asked = new VoteRequest(1, default, LeadershipTransfer: true, new NodeIdentity(7));
        cluster.Deliver(1, 2, asked);
        Assert.True(cluster.TakeOne<VoteResponse>(2, 1).Granted);
        cluster.Deliver(1, 2, asked with { Candidate = new NodeIdentity(8) });
        Assert.False(cluster.TakeOne<VoteResponse>(2, 1).Granted);
    }

    [Fact]
    public void Votes_for_the_directory_that_had_the_number_before_count_for_nothing()
    {
        var cluster = new Cluster(2, isForming: true);
        cluster.Campaign(1);
        var late = cluster.TakeOne<PreVoteRequest>(1, 2);
        cluster.Deliver(2, 1, new PreVoteResponse(1, true, new NodeIdentity(999)));
        Assert.Equal(Role.PreCandidate, cluster[1].Raft.Role);
        cluster.Deliver(1, 2, late);
        cluster.Deliver(2, 1, cluster.TakeOne<PreVoteResponse>(2, 1));
        Assert.Equal(Role.Candidate, cluster[1].Raft.Role);
        cluster.Deliver(2, 1, new VoteResponse(1, true, new NodeIdentity(999), cluster[2].Identity));
        Assert.Equal(Role.Candidate, cluster[1].Raft.Role);
        cluster.Run();
        Assert.Equal(Role.Leader, cluster[1].Raft.Role);
    }

    [Fact]
    public void A_voter_that_was_wiped_votes_for_nobody_and_counts_for_nothing_and_hears_of_it()
    {
        Cluster cluster = Formed();
        cluster.Cut(2);
        cluster[1].Propose(1);
        cluster.Run();
        Assert.Equal(2, cluster[1].Raft.CommitIndex);

        // Entry 2 is on n1, and was on n3.
        cluster[3].Wipe();
        cluster.Heal();
        cluster.Cut(1);
        cluster.Campaign(2);
        cluster.Run();
        Assert.Equal(Role.PreCandidate, cluster[2].Raft.Role);
        cluster.Campaign(3);
        cluster.Run();
        Assert.True(cluster[3].Raft.HardState.VotedFor.IsNone);
        Assert.False(cluster[2].Raft.IsLeader || cluster[3].Raft.IsLeader);

        cluster.Heal();
        cluster[1].Propose(2);
        cluster.Run();
        Assert.Equal(3, cluster[1].Raft.CommitIndex);
        cluster.Cut(2);
        cluster[1].Propose(3);
        cluster.Run();
        Assert.Equal(3, cluster[1].Raft.CommitIndex);
        Assert.True(cluster[3].Raft.IsReplaced);
        Assert.Equal([MembershipStage.Forming, MembershipStage.Replaced], cluster[3].Membership);

        // Heartbeats it gets, entries it does not: a snapshot would be wasted on it.
        cluster.Beat(1);
        Assert.Single(cluster.Take<Heartbeat>(1, 3));
        Assert.Empty(cluster.Take<AppendRequest>(1, 3));
    }

    [Fact]
    public void A_wiped_voter_that_has_joined_anew_is_a_voter_again()
    {
        Cluster cluster = Formed();
        cluster[3].Wipe();
        Change(cluster, 3, MembershipTarget.Removed);
        Change(cluster, 3, MembershipTarget.Learner);
        cluster.Beat(1);
        cluster.Run();
        cluster[1].Tick();
        cluster.Run();
        Assert.Equal(cluster[3].Identity, cluster[1].Raft.Configuration.IdentityOf(new NodeId(3)));
        Change(cluster, 3, MembershipTarget.Voter);
        Assert.Equal("n1 n2 n3", cluster[3].Raft.Configuration.ToString());
        Assert.False(cluster[3].Raft.IsReplaced);
        cluster.Cut(1);
        cluster.Elect(3);
    }

    [Fact]
    public void Of_a_node_that_joins_only_an_answer_of_now_tells_the_directory()
    {
        Cluster cluster = Formed();
        cluster[3].Wipe();
        Change(cluster, 3, MembershipTarget.Removed);
        long term = cluster[1].Raft.Term;
        MembershipStatus status = cluster[1].Raft.ChangeMembership([new(new NodeId(3), MembershipTarget.Learner)], cluster.Now);
        Assert.Equal(MembershipStatus.Proposed, status);
        cluster.Deliver(3, 1, new AppendAccepted(term, new LogPosition(term, 1), 0, 0, new NodeIdentity(3000)));
        cluster.Deliver(3, 1, new HeartbeatResponse(term, 0, new NodeIdentity(3000)));
        cluster.Run();
        cluster.Beat(1);
        cluster.Run();
        Assert.Equal(new NodeIdentity(3001), cluster[1].Raft.Configuration.IdentityOf(new NodeId(3)));
    }

    private static void Change(Cluster cluster, uint node, MembershipTarget target)
    {
        MembershipStatus status = cluster[1].Raft.ChangeMembership([new(new NodeId(node), target)], cluster.Now);
        Assert.Equal(MembershipStatus.Proposed, status);
        cluster[1].Pump();
        cluster.Run();
        cluster.Beat(1);
        cluster.Run();
    }

    private static Cluster Formed()
    {
        var cluster = new Cluster(3, isForming: true);
        cluster.Elect(1);
        foreach (uint id in (uint[])[1, 2, 3]) cluster[id].Membership.Clear();
        return cluster;
    }
}
