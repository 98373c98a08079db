namespace DEngine.Core.Tests.Raft;

/// <summary>Paper §5.2 and §5.4.1, thesis §4.2.3 and §6.2.</summary>
public sealed class ElectionTests
{
    private static readonly NodeId N2 = new(2);
    private static readonly NodeId N3 = new(3);

    /// <summary>Paper §5.2.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(7, 3)]
    public void A_candidate_wins_with_a_majority_and_not_with_one_vote_less(int nodes, int grantsNeeded)
    {
        var cluster = new Cluster(nodes);
        cluster.Campaign(1);
        foreach (Letter letter in cluster.Take<PreVoteRequest>()) cluster.Deliver(letter.To, 1, new PreVoteResponse(1, Granted: true));
        for (uint voter = 2; voter < 2 + grantsNeeded; voter++)
        {
            Assert.Equal(Role.Candidate, cluster[1].Raft.Role);
            cluster.Deliver(voter, 1, new VoteResponse(1, Granted: true));
        }

        Assert.Equal(Role.Leader, cluster[1].Raft.Role);
        Assert.Equal(1, cluster[1].Raft.Term);
    }

    /// <summary>Paper §5.2: "each server will vote for at most one candidate in a given term, on a first-come-first-served basis".</summary>
    [Fact]
    public void A_node_votes_for_one_candidate_in_a_term_and_again_for_the_same_one()
    {
        var cluster = new Cluster(3);
        cluster.Deliver(2, 1, new VoteRequest(1, default, false));
        cluster.Deliver(3, 1, new VoteRequest(1, default, false));
        cluster.Deliver(2, 1, new VoteRequest(1, default, false));
        Assert.Equal([new VoteResponse(1, true), new VoteResponse(1, true)], cluster.Take<VoteResponse>(1, 2).Select(letter => letter.Message));
        Assert.Equal(new VoteResponse(1, false), cluster.TakeOne<VoteResponse>(1, 3));
        Assert.Equal(new HardState(1, N2), cluster[1].Raft.HardState);
    }

    /// <summary>Paper §5.4.1: the later term of the last entry wins, then the longer log.</summary>
    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, true)]
    [InlineData(3, 1, true)]
    [InlineData(2, 1, false)]
    [InlineData(1, 9, false)]
    public void A_vote_goes_only_to_a_log_that_is_at_least_as_up_to_date(long lastTerm, long lastIndex, bool granted)
    {
        var cluster = new Cluster(3, logs: [[1, 2], [], []]);
        cluster.Pass(cluster.Options.ElectionTimeoutMin);
        cluster.Deliver(2, 1, new PreVoteRequest(4, new LogPosition(lastTerm, lastIndex)));
        Assert.Equal(granted, cluster.TakeOne<PreVoteResponse>(1, 2).Granted);
        cluster.Deliver(2, 1, new VoteRequest(4, new LogPosition(lastTerm, lastIndex), false));
        Assert.Equal(new VoteResponse(4, granted), cluster.TakeOne<VoteResponse>(1, 2));
    }

    /// <summary>Paper §5.1: a refused candidate's term is learned all the same.</summary>
    [Fact]
    public void A_refused_vote_still_raises_the_term_and_leaves_the_vote_free()
    {
        var cluster = new Cluster(3, logs: [[1, 2], [], []]);
        cluster.Pass(cluster.Options.ElectionTimeoutMin);
        cluster.Deliver(2, 1, new VoteRequest(9, default, false));
        Assert.Equal(new HardState(9, NodeId.None), cluster[1].Raft.HardState);
        cluster.Deliver(3, 1, new VoteRequest(9, new LogPosition(2, 2), false));
        Assert.True(cluster.TakeOne<VoteResponse>(1, 3).Granted);
    }

    /// <summary>Paper §5.2; BUGS E3: the vote belongs to the term, not to the role.</summary>
    [Fact]
    public void A_candidate_that_steps_down_within_its_term_keeps_its_vote()
    {
        var cluster = new Cluster(3);
        cluster.Campaign(1);
        cluster.Deliver(2, 1, new PreVoteResponse(1, true));
        cluster.Mail.Clear();
        cluster.Deliver(3, 1, new Heartbeat(1, 0, 1));
        Assert.Equal(Role.Follower, cluster[1].Raft.Role);
        Assert.Equal(new HardState(1, new NodeId(1)), cluster[1].Raft.HardState);
        cluster.Deliver(2, 1, new VoteRequest(1, new LogPosition(1, 5), false));
        Assert.False(cluster.TakeOne<VoteResponse>(1, 2).Granted);
    }

    /// <summary>Paper §5.2, figure 2: votes are recorded on stable storage; BUGS E1, D20.</summary>
    [Fact]
    public void A_candidates_own_vote_counts_only_when_it_is_durable()
    {
        var cluster = new Cluster(3);
        cluster[1].DiskIsSlow = true;
        cluster.Campaign(1);
        cluster.Deliver(2, 1, new PreVoteResponse(1, true));
        cluster.Deliver(2, 1, new VoteResponse(1, true));
        Assert.Equal(Role.Candidate, cluster[1].Raft.Role);
        cluster[1].CompleteTicket();
        Assert.Equal(Role.Leader, cluster[1].Raft.Role);
    }

    [Fact]
    public void A_single_node_leads_only_when_its_vote_is_durable()
    {
        var cluster = new Cluster(1);
        cluster[1].DiskIsSlow = true;
        cluster.Campaign(1);
        Assert.Equal(Role.Candidate, cluster[1].Raft.Role);
        cluster[1].CompleteTicket();
        Assert.Equal(Role.Leader, cluster[1].Raft.Role);
        Assert.Equal(0, cluster[1].Raft.CommitIndex);
        cluster[1].CompleteTicket();
        Assert.Equal(1, cluster[1].Raft.CommitIndex);
    }

    /// <summary>Paper §5.2; BUGS E6.</summary>
    [Fact]
    public void A_vote_that_arrives_twice_counts_once()
    {
        var cluster = new Cluster(5);
        cluster.Campaign(1);
        for (int copy = 0; copy < 3; copy++) cluster.Deliver(2, 1, new PreVoteResponse(1, true));
        Assert.Equal(Role.PreCandidate, cluster[1].Raft.Role);
        cluster.Deliver(3, 1, new PreVoteResponse(1, true));
        for (int copy = 0; copy < 3; copy++) cluster.Deliver(2, 1, new VoteResponse(1, true));
        Assert.Equal(Role.Candidate, cluster[1].Raft.Role);
        cluster.Deliver(4, 1, new VoteResponse(1, true));
        Assert.Equal(Role.Leader, cluster[1].Raft.Role);
    }

    [Fact]
    public void A_vote_of_a_node_that_is_no_voter_counts_for_nothing()
    {
        var cluster = new Cluster(3);
        cluster.Campaign(1);
        cluster.Deliver(9, 1, new PreVoteResponse(1, true));
        Assert.Equal(Role.PreCandidate, cluster[1].Raft.Role);
        cluster.Deliver(2, 1, new PreVoteResponse(1, true));
        cluster.Deliver(9, 1, new VoteResponse(1, true));
        Assert.Equal(Role.Candidate, cluster[1].Raft.Role);
    }

    /// <summary>The candidate may know of a change of the members that this node does not (BUGS M5).</summary>
    [Fact]
    public void A_candidate_that_is_no_voter_as_far_as_is_known_gets_the_vote()
    {
        var cluster = new Cluster(3);
        cluster.Deliver(9, 2, new VoteRequest(7, new LogPosition(6, 9), true));
        Assert.True(cluster.TakeOne<VoteResponse>(2, 9).Granted);
    }

    /// <summary>Paper figure 2: nothing is promised or asked for before term, vote and log are on stable storage.</summary>
    [Fact]
    public void Requests_for_votes_and_grants_wait_for_their_ticket()
    {
        var cluster = new Cluster(3);
        cluster[1].DiskIsSlow = true;
        cluster[2].DiskIsSlow = true;
        cluster.Campaign(1);
        cluster.Deliver(2, 1, new PreVoteResponse(1, true));
        Assert.Empty(cluster.Take<VoteRequest>());
        cluster[1].CompleteTicket();
        VoteRequest request = cluster.TakeOne<VoteRequest>(1, 2);
        cluster.Deliver(1, 2, request);
        Assert.Empty(cluster.Take<VoteResponse>());
        cluster[2].CompleteTicket();
        Assert.True(cluster.TakeOne<VoteResponse>(2, 1).Granted);
    }

    /// <summary>BUGS E1: the grant was never sent, so the restarted node is free to vote for another.</summary>
    [Fact]
    public void A_vote_that_a_crash_took_was_never_promised()
    {
        var cluster = new Cluster(3);
        cluster[1].DiskIsSlow = true;
        cluster.Deliver(2, 1, new VoteRequest(1, default, false));
        cluster[1].Restart();
        cluster[1].DiskIsSlow = false;
        cluster.Deliver(3, 1, new VoteRequest(1, default, false));
        Assert.Empty(cluster.Take<VoteResponse>(1, 2));
        Assert.True(cluster.TakeOne<VoteResponse>(1, 3).Granted);
    }

    [Fact]
    public void A_durable_vote_survives_a_restart()
    {
        var cluster = new Cluster(3);
        cluster.Deliver(2, 1, new VoteRequest(1, default, false));
        cluster[1].Restart();
        cluster.Pass(cluster.Options.ElectionTimeoutMax);
        cluster.Deliver(3, 1, new VoteRequest(1, new LogPosition(1, 9), false));
        Assert.False(cluster.TakeOne<VoteResponse>(1, 3).Granted);
        Assert.Equal(new HardState(1, N2), cluster[1].Raft.HardState);
    }

    /// <summary>Paper §5.2: a vote restarts the timer of the voter.</summary>
    [Fact]
    public void A_granted_vote_restarts_the_election_timer()
    {
        var cluster = new Cluster(3);
        cluster.Pass(cluster.Options.ElectionTimeoutMin - TimeSpan.FromMilliseconds(1));
        cluster.Deliver(3, 1, new VoteRequest(1, default, false));
        Assert.True(cluster[1].Raft.NextDeadline >= cluster.Now + cluster.Options.ElectionTimeoutMin);
        Assert.Equal(N3, cluster[1].Raft.HardState.VotedFor);
    }

    /// <summary>Paper §5.2: election timeouts are chosen at random from a fixed interval, anew for every campaign.</summary>
    [Fact]
    public void Election_timeouts_stay_in_their_interval_and_differ()
    {
        var cluster = new Cluster(2);
        var seen = new HashSet<TimeSpan>();
        for (int i = 0; i < 100; i++)
        {
            cluster.Campaign(1);
            TimeSpan wait = cluster[1].Raft.NextDeadline - cluster.Now;
            Assert.InRange(wait, cluster.Options.ElectionTimeoutMin, cluster.Options.ElectionTimeoutMax);
            seen.Add(wait);
        }

        Assert.True(seen.Count > 90, $"{seen.Count} different timeouts");
    }

    /// <summary>Thesis §6.2.</summary>
    [Fact]
    public void A_leader_cut_off_from_a_majority_steps_down_within_its_term()
    {
        var cluster = new Cluster(5);
        cluster.Elect(1);
        cluster.Cut(1, 2, 3);
        TimeSpan start = cluster.Now;
        while (cluster.Now - start < cluster.Options.ElectionTimeoutMax * 2)
        {
            cluster.Beat(1);
            cluster.Run();
        }

        Assert.Equal(Role.Leader, cluster[1].Raft.Role);
        cluster.Cut(1, 4);
        start = cluster.Now;
        while (cluster[1].Raft.Role == Role.Leader)
        {
            cluster.Beat(1);
            cluster.Run();
            Assert.True(cluster.Now - start < cluster.Options.ElectionTimeoutMax + TimeSpan.FromSeconds(1), "check-quorum is late");
        }

        Assert.Equal(1, cluster[1].Raft.Term);
        Assert.False(cluster[1].Raft.Propose(EntryKind.Command, default, cluster.Now, out _));
    }

    /// <summary>Thesis §6.4.1: a node that is back may have confirmed a lease before it went down; invariant R3.</summary>
    [Fact]
    public void A_restarted_node_votes_only_after_an_election_timeout()
    {
        var cluster = new Cluster(3, term: 4);
        cluster.Pass(cluster.Options.ElectionTimeoutMin - TimeSpan.FromTicks(1));
        cluster.Deliver(2, 1, new PreVoteRequest(5, default));
        cluster.Deliver(2, 1, new VoteRequest(5, default, false));
        Assert.False(cluster.TakeOne<PreVoteResponse>(1, 2).Granted);
        Assert.Empty(cluster.Take<VoteResponse>());
        cluster.Pass(TimeSpan.FromTicks(1));
        cluster.Deliver(2, 1, new PreVoteRequest(5, default));
        cluster.Deliver(2, 1, new VoteRequest(5, default, false));
        Assert.True(cluster.TakeOne<PreVoteResponse>(1, 2).Granted);
        Assert.True(cluster.TakeOne<VoteResponse>(1, 2).Granted);
    }

    /// <summary>
    /// Thesis §4.2.3, §6.4.1; invariant R3. The lease of a leader of term 3 may rest on this node, which then heard of term 4 and went down: that the
    /// candidate's term is no news to it does not make the lease end earlier.
    /// </summary>
    [Fact]
    public void A_restarted_node_waits_also_when_the_candidates_term_is_its_own()
    {
        var cluster = new Cluster(3, term: 4);
        cluster.Deliver(2, 1, new VoteRequest(4, default, false));
        Assert.DoesNotContain(cluster.Take<VoteResponse>(1, 2), letter => ((VoteResponse)letter.Message).Granted);
        cluster.Pass(cluster.Options.ElectionTimeoutMin);
        cluster.Deliver(2, 1, new VoteRequest(4, default, false));
        Assert.True(cluster.TakeOne<VoteResponse>(1, 2).Granted);
    }
}
