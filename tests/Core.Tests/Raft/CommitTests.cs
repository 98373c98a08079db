namespace DEngine.Core.Tests.Raft;

/// <summary>Paper §5.3, §5.4.2: what is committed, and by whose disk.</summary>
public sealed class CommitTests
{
    /// <summary>Paper §5.3.</summary>
    [Fact]
    public void An_entry_is_committed_once_a_majority_holds_it_and_followers_are_told()
    {
        var cluster = new Cluster(5);
        Member leader = cluster.Elect(1);
        cluster.Cut(1, 4, 5);
        LogPosition position = leader.Propose(42);
        Assert.True(leader.Raft.CommitIndex < position.Index);
        cluster.Run();
        Assert.Equal(position.Index, leader.Raft.CommitIndex);
        Assert.Equal(position.Index, cluster[2].Raft.CommitIndex);
        cluster.Cut(1, 3);
        LogPosition minority = leader.Propose(43);
        cluster.Run();
        Assert.Equal(minority.Index - 1, leader.Raft.CommitIndex);
    }

    /// <summary>Paper §5.4.2, figure 8 (a) to (c); BUGS C1.</summary>
    [Fact]
    public void Figure_8_an_entry_of_an_older_term_is_not_committed_by_counting()
    {
        Cluster cluster = FigureEight(out Member first);
        AppendRequest request = (AppendRequest)cluster.Take<AppendRequest>(1, 3)[^1].Message;
        cluster.Deliver(1, 3, new AppendRequest(request.Term, new LogPosition(1, 1), 0, 0, 1), first.Raft.Log[2]);
        AppendAccepted accepted = cluster.TakeOne<AppendAccepted>(3, 1);
        Assert.Equal(2, accepted.Match.Index);
        cluster.Deliver(2, 1, new AppendAccepted(request.Term, new LogPosition(2, 2), 0));
        cluster.Deliver(3, 1, accepted);
        Assert.Equal("1 2 4", Cluster.Terms(first.Raft));
        Assert.Equal(0, first.Raft.CommitIndex);
    }

    /// <summary>Paper figure 8 (d): what was not committed may be overwritten.</summary>
    [Fact]
    public void Figure_8_d_the_entry_on_a_majority_is_overwritten_by_a_later_term()
    {
        Cluster cluster = FigureEight(out Member first);
        cluster.Deliver(1, 3, new AppendRequest(first.Raft.Term, new LogPosition(1, 1), 0, 0, 1), first.Raft.Log[2]);
        cluster.Mail.Clear();
        cluster.Cut(1);
        cluster.Campaign(5);
        cluster.Run();
        cluster.Elect(5);
        Assert.Equal("1 3 5", Cluster.Terms(cluster[2].Raft));
        Assert.Equal("1 3 5", Cluster.Terms(cluster[3].Raft));
        Assert.Equal(3, cluster[5].Raft.CommitIndex);
    }

    /// <summary>Paper figure 8 (e): with an entry of its own term the older one is committed too, and n5 can no longer win.</summary>
    [Fact]
    public void Figure_8_e_an_entry_of_the_own_term_commits_what_precedes_it()
    {
        Cluster cluster = FigureEight(out Member first);
        cluster.Cut(1, 4, 5);
        cluster.Beat(1);
        cluster.Run();
        Assert.Equal("1 2 4", Cluster.Terms(cluster[2].Raft));
        Assert.Equal(3, first.Raft.CommitIndex);
        cluster.Cut(1);
        cluster.Campaign(5);
        cluster.Run();
        Assert.NotEqual(Role.Leader, cluster[5].Raft.Role);
    }

    /// <summary>Paper §5.4.2, §8: a leader starts its term with an empty entry, so that it can commit at all.</summary>
    [Fact]
    public void A_new_leader_commits_what_it_inherited_through_a_noop_of_its_own()
    {
        var cluster = new Cluster(3, logs: [[1, 2, 2], [1, 2, 2], [1]]);
        Member leader = cluster.Elect(1);
        Assert.Equal("1 2 2 3", Cluster.Terms(leader.Raft));
        Assert.Equal(EntryKind.Noop, leader.Raft.Log[4].Kind);
        Assert.Equal(4, leader.Raft.CommitIndex);
        Assert.True(leader.Raft.HasCommittedInTerm);
    }

    /// <summary>BUGS C2, D2: the leader is one disk among others.</summary>
    [Fact]
    public void A_leader_counts_itself_only_when_its_own_ticket_is_back()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        leader.DiskIsSlow = true;
        cluster.Cut(1, 3);
        LogPosition position = leader.Propose(1);
        cluster.Run();
        Assert.Equal(position.Index, leader.Raft.Peers[0].Match);
        Assert.Equal(position.Index - 1, leader.Raft.CommitIndex);
        leader.CompleteTicket();
        Assert.Equal(position.Index, leader.Raft.CommitIndex);
    }

    /// <summary>Thesis §10.2.1: the others may commit an entry that the leader has not written yet.</summary>
    [Fact]
    public void A_majority_without_the_leader_commits()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        leader.DiskIsSlow = true;
        LogPosition position = leader.Propose(1);
        cluster.Run();
        Assert.Equal(position.Index, leader.Raft.CommitIndex);
        Assert.True(leader.Raft.DurableIndex < position.Index);
    }

    /// <summary>BUGS D1.</summary>
    [Fact]
    public void A_follower_acknowledges_only_when_its_ticket_is_back()
    {
        var cluster = new Cluster(3);
        Member leader = cluster.Elect(1);
        cluster[2].DiskIsSlow = true;
        leader.Propose(1);
        cluster.Cut(1, 3);
        cluster.Run();
        Assert.Equal(1, leader.Raft.CommitIndex);
        cluster[2].CompleteTicket();
        cluster.Run();
        Assert.Equal(2, leader.Raft.CommitIndex);
    }

    /// <summary>Invariant D2, the "ABA" race: index 2 is written, cut and written again while the first write is still under way.</summary>
    [Fact]
    public void A_ticket_vouches_for_nothing_that_was_cut_behind_it()
    {
        var cluster = new Cluster(3, term: 1);
        Member follower = cluster[1];
        follower.DiskIsSlow = true;
        cluster.Deliver(2, 1, new AppendRequest(2, default, 0, 0, 2), Cluster.Entries(1, 2, 2));
        cluster.Deliver(3, 1, new AppendRequest(3, new LogPosition(2, 1), 0, 0, 1), Cluster.Entries(2, 3));
        Assert.Equal(2, follower.TicketsUnderWay);
        Assert.Equal("2 3", Cluster.Terms(follower.Raft));
        follower.CompleteTicket();
        Assert.Equal(1, follower.Raft.DurableIndex);
        Assert.Empty(cluster.Take<AppendAccepted>());
        follower.CompleteTicket();
        Assert.Equal(2, follower.Raft.DurableIndex);
        Assert.Equal(2, cluster.TakeOne<AppendAccepted>(1, 3).Match.Index);
    }

    /// <summary>Invariant D2: durable entries that are cut are no longer vouched for either.</summary>
    [Fact]
    public void A_cut_takes_back_what_was_durable_until_the_new_entries_are()
    {
        var cluster = new Cluster(3, logs: [[1, 1, 1], [], []]);
        cluster[1].DiskIsSlow = true;
        cluster.Deliver(3, 1, new AppendRequest(3, new LogPosition(1, 1), 0, 0, 2), Cluster.Entries(2, 3, 3));
        Assert.Equal(1, cluster[1].Raft.DurableIndex);
        cluster[1].Restart();
        Assert.Equal("1 1 1", Cluster.Terms(cluster[1].Raft));
    }

    /// <summary>Invariant D3: one completion stands for everything before it.</summary>
    [Fact]
    public void A_ticket_that_comes_back_brings_the_earlier_ones_with_it()
    {
        var cluster = new Cluster(1);
        Member leader = cluster.Elect(1);
        leader.DiskIsSlow = true;
        for (byte i = 0; i < 5; i++) leader.Propose(i);
        Assert.Equal(5, leader.TicketsUnderWay);
        leader.Raft.OnPersisted(leader.Raft.LastTicket, cluster.Now);
        Assert.Equal(6, leader.Raft.DurableIndex);
        Assert.Equal(6, leader.Raft.CommitIndex);
    }

    /// <summary>After (b): n1 and n2 hold 1 2, n5 has led term 3 and holds 1 3, n3 and n4 hold 1. Then n1 leads term 4 by n2, n3 and n4.</summary>
    private static Cluster FigureEight(out Member first)
    {
        var cluster = new Cluster(5, logs: [[1, 2], [1, 2], [1], [1], [1, 3]], term: 3);
        cluster.Cut(1, 5);
        cluster.Campaign(1);
        while (cluster[1].Raft.Role != Role.Leader)
        {
            Letter letter = cluster.Mail[0];
            cluster.Mail.RemoveAt(0);
            if (letter.From != 5 && letter.To != 5) cluster.Deliver(letter);
        }

        first = cluster[1];
        Assert.Equal(4, first.Raft.Term);
        return cluster;
    }
}
