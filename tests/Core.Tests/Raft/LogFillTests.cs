namespace DEngine.Core.Tests.Raft;

/// <summary>A gap in a log is filled from what peers know, downwards from what is behind it (Y5).</summary>
public sealed class LogFillTests
{
    [Fact]
    public void A_whole_log_fills_the_gap_in_one_answer()
    {
        RaftLog log = Log(1, 1, 1);
        var fill = new LogFill(Run(6, 3, 3));
        Assert.Equal(FillProgress.Complete, Answer(fill, log, Log(1, 1, 1, 1, 2, 3, 3)));
        Assert.Equal([new LogPosition(1, 4), new LogPosition(2, 5)], fill.Fills(log).Select(entry => entry.Position));
    }

    [Fact]
    public void Two_peers_of_which_neither_has_everything_fill_it_together()
    {
        RaftLog log = Log(1, 1, 1);
        var fill = new LogFill(Run(6, 3, 3));

        // One has lost entries 2 to 4, the other everything from entry 6 on.
        Assert.Equal(FillProgress.None, Answer(fill, log, Log(1, 1, 1, 1, 2)));
        Assert.Equal(FillProgress.Some, Answer(fill, log, Log(1), new LogFill(Run(5, 2, 3, 3))));
        Assert.Equal(FillProgress.Complete, Answer(fill, log, Log(1, 1, 1, 1, 2)));
        Assert.Equal([new LogPosition(1, 4), new LogPosition(2, 5)], fill.Fills(log).Select(entry => entry.Position));
    }

    [Fact]
    public void Whoever_has_another_entry_at_that_index_knows_nothing_of_it()
    {
        var fill = new LogFill(Run(6, 3, 3));
        RaftLog other = Log(1, 1, 1, 1, 1, 2, 2);
        Assert.False(LogFill.TryAnswer(fill.Ask(Log(1, 1, 1)), other, null, long.MaxValue, [], out _));
    }

    /// <summary>What was lost may have taken the place of entries before the gap, too.</summary>
    [Fact]
    public void What_precedes_the_gap_is_replaced_where_it_had_been_superseded()
    {
        RaftLog log = Log(1, 1, 1, 1);
        var fill = new LogFill(Run(6, 3));
        RaftLog peer = Log(1, 1, 2, 2, 2, 3);
        Assert.Equal(FillProgress.Some, Answer(fill, log, peer));
        Assert.Equal(FillProgress.Complete, Answer(fill, log, peer));
        Assert.Equal([new LogPosition(2, 3), new LogPosition(2, 4), new LogPosition(2, 5)], fill.Fills(log).Select(entry => entry.Position));
    }

    [Fact]
    public void A_gap_without_entries_is_closed_by_the_entry_before_it()
    {
        RaftLog log = Log(1, 1, 1);
        var fill = new LogFill(Run(4, 2));
        Assert.Equal(FillProgress.Complete, Answer(fill, log, Log(1, 1, 1, 2)));
        Assert.Equal(new LogPosition(1, 3), Assert.Single(fill.Fills(log)).Position);
    }

    [Fact]
    public void A_late_answer_to_an_earlier_question_is_no_news()
    {
        RaftLog log = Log(1, 1, 1);
        var fill = new LogFill(Run(6, 3, 3));
        FillRequest first = fill.Ask(log);
        Assert.Equal(FillProgress.Some, Answer(fill, log, Log(1), new LogFill(Run(5, 2, 3, 3))));
        var late = new List<Entry>();
        Assert.True(LogFill.TryAnswer(first, Log(1, 1, 1, 1, 2, 3), null, long.MaxValue, late, out LogPosition previous));
        Assert.Equal(FillProgress.None, fill.Take(new FillAnswer(first.Anchor, previous, late.Count), late.ToArray(), log));
    }

    [Fact]
    public void An_answer_is_as_large_as_it_may_be_and_the_rest_is_asked_for_again()
    {
        RaftLog log = Log(1);
        long[] terms = [.. Enumerable.Repeat(1L, 50)];
        var fill = new LogFill(Run(51, 2));
        int rounds = 0;
        while (Answer(fill, log, Log([.. terms, 2]), null, bytesMax: 7 * Entry.HeaderSize) != FillProgress.Complete) rounds++;
        Assert.Equal(6, rounds);
        Assert.Equal(49, fill.Fills(log).Count);
    }

    [Fact]
    public void What_a_snapshot_has_overtaken_is_not_filled()
    {
        var log = new RaftLog(4, new LogPosition(2, 3));
        var fill = new LogFill(Run(5, 3));
        Assert.Equal(FillProgress.Impossible, Answer(fill, log, Log(1, 1, 1, 1, 3)));
    }

    private static FillProgress Answer(LogFill fill, RaftLog log, RaftLog peer, LogFill? peersGap = null, long bytesMax = long.MaxValue)
    {
        FillRequest request = fill.Ask(log);
        var entries = new List<Entry>();
        if (!LogFill.TryAnswer(request, peer, peersGap, bytesMax, entries, out LogPosition previous)) return FillProgress.None;
        return fill.Take(new FillAnswer(request.Anchor, previous, entries.Count), entries.ToArray(), log);
    }

    private static RaftLog Log(params long[] terms)
    {
        var log = new RaftLog(4);
        foreach (Entry entry in Run(1, terms)) log.Append(entry);
        return log;
    }

    private static List<Entry> Run(long first, params long[] terms) =>
        [.. terms.Select((term, i) => new Entry(new LogPosition(term, first + i), EntryKind.Noop, default))];
}
