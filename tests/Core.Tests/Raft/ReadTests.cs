namespace DEngine.Core.Tests.Raft;

/// <summary>Paper §8, thesis §6.4 (ReadIndex) and §6.4.1 (leases).</summary>
public sealed class ReadTests
{
    private static readonly TimeSpan Instant = TimeSpan.FromTicks(1);

    /// <summary>Thesis §6.4; BUGS R1.</summary>
    [Fact]
    public void A_read_is_confirmed_by_a_majority_and_at_the_commit_index()
    {
        var cluster = new Cluster(5);
        Member leader = cluster.Elect(1);
        cluster.Cut(1, 4, 5);
        leader.Read(7);
        Assert.Empty(leader.Reads);
        List<Letter> beats = cluster.Take<Heartbeat>();
        cluster.Deliver(beats.Single(letter => letter.To == 2));
        cluster.Run();
        Assert.Empty(leader.Reads);
        cluster.Deliver(beats.Single(letter => letter.To == 3));
        cluster.Run();
        Assert.Equal(leader.Raft.CommitIndex, leader.Reads[7]);
    }

    /// <summary>Thesis §6.4 step 2; BUGS R1: answers under way when the read came prove nothing about now.</summary>
    [Fact]
    public void A_round_that_started_before_the_read_does_not_confirm_it()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        cluster.Beat(1);
        List<Letter> earlier = cluster.Take<Heartbeat>();
        leader.Read(7);
        cluster.Mail.Clear();
        foreach (Letter letter in earlier) cluster.Deliver(letter);
        foreach (Letter letter in cluster.Take<HeartbeatResponse>()) cluster.Deliver(letter);
        Assert.Empty(leader.Reads);
        cluster.Run();
        Assert.Single(leader.Reads);
    }

    [Fact]
    public void Reads_of_one_pass_share_a_round_and_later_ones_get_the_next_when_that_is_confirmed()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        for (ulong i = 0; i < 10; i++) Assert.True(leader.Raft.RequestRead(i, cluster.Now));
        leader.Pump();
        leader.Read(10);
        leader.Read(11);
        long first = Assert.Single(RoundsAsked(cluster));
        cluster.Deliver(2, 1, new HeartbeatResponse(1, first));
        Assert.Equal(10, leader.Reads.Count);
        long second = Assert.Single(RoundsAsked(cluster));
        Assert.True(second > first);
        cluster.Deliver(2, 1, new HeartbeatResponse(1, second));
        Assert.Equal(12, leader.Reads.Count);
    }

    [Fact]
    public void Reads_behind_a_round_that_nobody_confirms_get_another_one_soon()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        leader.Read(1);
        leader.Read(2);
        long first = Assert.Single(RoundsAsked(cluster));
        TimeSpan due = leader.Raft.NextDeadline;
        Assert.True(due > cluster.Now && due - cluster.Now <= cluster.Options.HeartbeatInterval / 8);
        cluster.Pass(due - cluster.Now);
        leader.Pump();
        long second = Assert.Single(RoundsAsked(cluster));
        Assert.True(second > first);
        cluster.Deliver(2, 1, new HeartbeatResponse(1, second));
        Assert.Equal(2, leader.Reads.Count);
    }

    /// <summary>A lease is renewed by any round, so it must not matter how many passes with reads fit into the time that an answer takes.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(300)]
    [InlineData(1000)]
    public void A_lease_lives_under_any_rate_of_reads(int passesPerRoundTrip)
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        var onTheirWay = new Queue<(int Pass, long Round)>();
        int valid = 0;
        const int Warm = 5000, Measured = 10_000;
        for (int pass = 0; pass < Warm + Measured; pass++)
        {
            cluster.Pass(TimeSpan.FromMicroseconds(50));
            leader.Raft.Tick(cluster.Now);
            leader.Read((ulong)pass);
            foreach (long round in RoundsAsked(cluster)) onTheirWay.Enqueue((pass, round));
            cluster.Mail.Clear();
            while (onTheirWay.TryPeek(out (int Pass, long Round) sent) && sent.Pass + passesPerRoundTrip <= pass)
            {
                onTheirWay.Dequeue();
                cluster.Deliver(2, 1, new HeartbeatResponse(leader.Raft.Term, sent.Round));
            }

            if (pass >= Warm && leader.HoldsLease()) valid++;
        }

        Assert.Equal(Measured, valid);
        Assert.True(leader.Reads.Count > Measured);
    }

    /// <summary>Thesis §6.4 step 1; BUGS R2: only then does the leader know what is committed.</summary>
    [Fact]
    public void A_read_waits_until_the_leader_has_committed_in_its_own_term()
    {
        var cluster = new Cluster(3, logs: [[1, 1], [1, 1], [1, 1]]);
        cluster.Campaign(1);
        while (cluster[1].Raft.Role != Role.Leader)
        {
            cluster.Deliver(cluster.Mail[0]);
            cluster.Mail.RemoveAt(0);
        }

        Member leader = cluster[1];
        List<Letter> appends = cluster.Take<AppendRequest>();
        leader.Read(7);
        cluster.Run();
        Assert.Empty(leader.Reads);
        Assert.False(leader.HoldsLease());
        foreach (Letter letter in appends) cluster.Deliver(letter);
        cluster.Run();
        Assert.Equal(3, leader.Reads[7]);
    }

    [Fact]
    public void Reads_that_wait_fail_when_leadership_is_lost()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        leader.Read(7);
        Assert.True(leader.Raft.RequestRead(8, cluster.Now));
        cluster.Deliver(2, 1, new StaleTerm(9));
        Assert.Equal(-1, leader.Reads[7]);
        Assert.Equal(-1, leader.Reads[8]);
        Assert.False(leader.Raft.RequestRead(9, cluster.Now));
    }

    [Fact]
    public void A_single_node_confirms_its_own_reads_once_it_has_committed()
    {
        var cluster = new Cluster(1);
        cluster[1].DiskIsSlow = true;
        cluster.Campaign(1);
        cluster[1].CompleteTicket();
        cluster[1].Read(7);
        Assert.Empty(cluster[1].Reads);
        cluster[1].CompleteTicket();
        Assert.Equal(1, cluster[1].Reads[7]);
        Assert.True(cluster[1].HoldsLease());
    }

    /// <summary>Thesis §6.4.1: start + election timeout / drift bound, from when the heartbeats were SENT.</summary>
    [Fact]
    public void A_lease_runs_from_when_its_round_was_sent_and_ends()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        cluster.Beat(1);
        TimeSpan sent = cluster.Now;
        cluster.Pass(TimeSpan.FromMilliseconds(300));
        cluster.Run();
        Assert.Equal(sent + cluster.Options.LeaseDuration, leader.Raft.LeaseUntil);
        cluster.Pass(sent + cluster.Options.LeaseDuration - cluster.Now - Instant);
        Assert.True(leader.HoldsLease());
        cluster.Pass(Instant);
        Assert.False(leader.HoldsLease());
    }

    [Fact]
    public void A_late_confirmation_does_not_shorten_a_lease()
    {
        var cluster = new Cluster(5);
        Member leader = cluster.Elect(1);
        cluster.Beat(1);
        List<Letter> first = cluster.Take<Heartbeat>();
        cluster.Beat(1);
        cluster.Run();
        TimeSpan? until = leader.Raft.LeaseUntil;
        foreach (Letter letter in first) cluster.Deliver(letter);
        cluster.Run();
        Assert.Equal(until, leader.Raft.LeaseUntil);
    }

    [Fact]
    public void No_lease_survives_a_step_down()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        cluster.Beat(1);
        cluster.Run();
        Assert.True(leader.HoldsLease());
        cluster.Deliver(2, 1, new StaleTerm(5));
        Assert.False(leader.HoldsLease());
        Assert.Null(leader.Raft.LeaseUntil);
    }

    /// <summary>Thesis §6.4.1, §3.10: no lease while leadership is being handed over.</summary>
    [Fact]
    public void A_transfer_suspends_the_lease_and_an_abandoned_one_gives_it_back_if_nobody_was_told_to_campaign()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        cluster.Cut(1, 3);
        leader.Propose(1);
        cluster.Beat(1);
        cluster.Run();
        Assert.True(leader.HoldsLease());
        Assert.True(leader.Raft.TransferLeadership(new NodeId(3), cluster.Now));
        Assert.False(leader.HoldsLease());
        TimeSpan end = cluster.Now + cluster.Options.ElectionTimeoutMax;
        while (cluster.Now <= end)
        {
            cluster.Beat(1);
            cluster.Run();
        }

        Assert.True(leader.Raft.TransferTarget.IsNone);
        Assert.True(leader.HoldsLease());
    }

    /// <summary>Thesis §6.4.1; invariant R4: a copy of TimeoutNow may be late, and the campaign it starts passes every guard.</summary>
    [Fact]
    public void A_TimeoutNow_forfeits_leases_for_the_rest_of_the_term()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        Assert.True(leader.Raft.TransferLeadership(new NodeId(2), cluster.Now));
        leader.Pump();
        Assert.Single(cluster.Take<TimeoutNow>(1, 2));
        TimeSpan end = cluster.Now + cluster.Options.ElectionTimeoutMax;
        while (cluster.Now <= end)
        {
            cluster.Beat(1);
            cluster.Run();
        }

        Assert.Equal(Role.Leader, leader.Raft.Role);
        Assert.True(leader.Raft.TransferTarget.IsNone);
        Assert.False(leader.HoldsLease());
        leader.Read(7);
        cluster.Run();
        Assert.Single(leader.Reads);
    }

    private static long[] RoundsAsked(Cluster cluster) =>
        [.. cluster.Take<Heartbeat>(1, 2).Select(letter => ((Heartbeat)letter.Message).Round).Where(round => round > 0)];
}
