namespace DEngine.Core.Tests.Raft;

/// <summary>Thesis §9.6 (pre-vote) and §4.2.3 (disruptive servers).</summary>
public sealed class PreVoteTests
{
    /// <summary>Thesis §9.6.</summary>
    [Fact]
    public void A_node_that_nobody_answers_raises_no_term_however_long_it_asks()
    {
        var cluster = new Cluster(3);
        cluster.Cut(1);
        for (int i = 0; i < 50; i++)
        {
            cluster.Campaign(1);
            cluster.Run();
        }

        Assert.Equal(Role.PreCandidate, cluster[1].Raft.Role);
        Assert.Equal(new HardState(0, NodeId.None), cluster[1].Raft.HardState);
        Assert.Equal(0, cluster[1].TicketsUnderWay);
    }

    [Fact]
    public void Answering_a_pre_vote_changes_neither_term_nor_vote_nor_disk()
    {
        var cluster = new Cluster(3, term: 3);
        cluster.Pass(cluster.Options.ElectionTimeoutMin);
        cluster.Deliver(2, 1, new PreVoteRequest(9, default));
        cluster.Deliver(3, 1, new PreVoteRequest(9, default));
        Assert.Equal(new PreVoteResponse(9, true), cluster.TakeOne<PreVoteResponse>(1, 2));
        Assert.Equal(new PreVoteResponse(9, true), cluster.TakeOne<PreVoteResponse>(1, 3));
        Assert.Equal(new HardState(3, NodeId.None), cluster[1].Raft.HardState);
        Assert.Equal(0, cluster[1].Raft.LastTicket);
    }

    /// <summary>BUGS P1 (etcd #8243): n3 was left behind in term 1 and is needed to replace the leader of term 5.</summary>
    [Fact]
    public void A_rejoiner_of_a_low_term_is_needed_and_its_pre_vote_counts()
    {
        var cluster = new Cluster(3, logs: [[1, 5], [1, 5], [1]]);
        cluster.Cut(2);
        cluster.Elect(1);
        Assert.Equal(6, cluster[3].Raft.Term);
        Assert.Equal(Cluster.Terms(cluster[1].Raft), Cluster.Terms(cluster[3].Raft));
    }

    /// <summary>BUGS P1: and when it asks itself, it learns the term and stands back for the better log.</summary>
    [Fact]
    public void A_rejoiner_of_a_low_term_that_asks_itself_catches_up_with_the_term()
    {
        var cluster = new Cluster(3, logs: [[1, 5], [1, 5], [1]]);
        cluster.Campaign(3);
        cluster.Run();
        Assert.Equal(Role.Follower, cluster[3].Raft.Role);
        Assert.Equal(5, cluster[3].Raft.Term);
        Assert.Equal(5, cluster[1].Raft.Term);
    }

    /// <summary>BUGS P5.</summary>
    [Fact]
    public void Granting_a_pre_vote_refreshes_neither_leader_contact_nor_timer()
    {
        var cluster = new Cluster(3, term: 3);
        cluster.Pass(cluster.Options.ElectionTimeoutMin);
        TimeSpan deadline = cluster[1].Raft.NextDeadline;
        cluster.Deliver(2, 1, new PreVoteRequest(4, default));
        cluster.Deliver(3, 1, new PreVoteRequest(4, default));
        Assert.All(cluster.Take<PreVoteResponse>(), letter => Assert.True(((PreVoteResponse)letter.Message).Granted));
        Assert.Equal(deadline, cluster[1].Raft.NextDeadline);
    }

    /// <summary>Thesis §4.2.3; BUGS P8.</summary>
    [Fact]
    public void A_follower_that_hears_its_leader_refuses_everyone_else_and_keeps_its_term()
    {
        var cluster = new Cluster(3);
        cluster.Elect(1);
        cluster.Beat(1);
        cluster.Run();
        cluster.Pass(cluster.Options.ElectionTimeoutMin - TimeSpan.FromTicks(1));
        cluster.Deliver(3, 2, new PreVoteRequest(9, new LogPosition(9, 9)));
        cluster.Deliver(3, 2, new VoteRequest(9, new LogPosition(9, 9), false));
        Assert.Equal(new PreVoteResponse(1, false), cluster.TakeOne<PreVoteResponse>(2, 3));
        Assert.Empty(cluster.Take<VoteResponse>());
        Assert.Equal(1, cluster[2].Raft.Term);
        cluster.Pass(TimeSpan.FromTicks(1));
        cluster.Deliver(3, 2, new VoteRequest(9, new LogPosition(9, 9), false));
        Assert.Equal(new VoteResponse(9, true), cluster.TakeOne<VoteResponse>(2, 3));
    }

    /// <summary>Thesis §4.2.3; BUGS P8: a leader is its own protector.</summary>
    [Fact]
    public void A_leader_is_not_unseated_by_a_disturber()
    {
        var cluster = new Cluster(3);
        cluster.Elect(1);
        cluster.Deliver(3, 1, new PreVoteRequest(9, new LogPosition(9, 9)));
        cluster.Deliver(3, 1, new VoteRequest(9, new LogPosition(9, 9), false));
        Assert.Equal(Role.Leader, cluster[1].Raft.Role);
        Assert.Equal(1, cluster[1].Raft.Term);
        Assert.Empty(cluster.Take<VoteResponse>());
    }

    /// <summary>Thesis §4.2.3; BUGS T4: the leader itself asked for this campaign.</summary>
    [Fact]
    public void A_campaign_that_the_leader_asked_for_passes_the_guard()
    {
        var cluster = new Cluster(3);
        cluster.Elect(1);
        cluster.Deliver(3, 2, new VoteRequest(2, cluster[3].Raft.Log.Last, LeadershipTransfer: true));
        Assert.Equal(new VoteResponse(2, true), cluster.TakeOne<VoteResponse>(2, 3));
    }

    [Fact]
    public void Pre_votes_of_an_earlier_campaign_do_not_count()
    {
        var cluster = new Cluster(3, term: 4);
        cluster.Campaign(1);
        cluster.Deliver(2, 1, new PreVoteResponse(4, true));
        cluster.Deliver(3, 1, new PreVoteResponse(6, true));
        Assert.Equal(Role.PreCandidate, cluster[1].Raft.Role);
        cluster.Deliver(2, 1, new PreVoteResponse(5, true));
        Assert.Equal(Role.Candidate, cluster[1].Raft.Role);
    }

    /// <summary>BUGS P2: the answer to a leader of an older term is the newer one.</summary>
    [Fact]
    public void A_leader_of_an_older_term_is_told_and_steps_down()
    {
        var cluster = new Cluster(3);
        cluster.Elect(1);
        cluster.Deliver(2, 3, new AppendRequest(5, default, 0, 0, 0));
        cluster.Mail.Clear();
        cluster.Beat(1);
        cluster.Run();
        Assert.Equal(Role.Follower, cluster[1].Raft.Role);
        Assert.Equal(5, cluster[1].Raft.Term);
    }
}
