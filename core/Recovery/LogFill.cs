namespace DEngine.Core;

/// <summary>
/// A gap that damage has left in a log, on its way to be filled by peers (Y5). What the log ended with is known, behind the gap; the gap is filled from there
/// downwards, for the term of an entry tells all that precedes it, until what comes next is what the log has before the gap.
/// </summary>
/// <remarks>
/// Worked example: 1 1 1 . . 3 3 is left of a log of seven entries. Asked for what precedes 3:6, one peer knows 2:5 only; then, asked for what precedes 2:5,
/// another knows 1:4 and 1:3. 1:3 is what is there, so 1:4 and 2:5 are put back.
/// </remarks>
internal sealed class LogFill(IReadOnlyList<Entry> behind)
{
    private readonly List<Entry> _found = [];
    private long _from;

    /// <summary>What the log ended with, behind the gap.</summary>
    public IReadOnlyList<Entry> Behind => behind;

    /// <summary>The lowest entry from which on everything is known.</summary>
    private LogPosition Anchor => _found.Count > 0 ? _found[^1].Position : behind[0].Position;

    /// <summary>What to ask for.</summary>
    public FillRequest Ask(RaftLog log)
    {
        if (_from == 0) _from = log.LastIndex + 1;
        return new FillRequest(Anchor, Math.Clamp(_from, 1, Anchor.Index));
    }

    /// <summary>Takes in what a peer knows.</summary>
    public FillProgress Take(in FillAnswer answer, ReadOnlySpan<Entry> entries, RaftLog log)
    {
        if (answer.Anchor != Anchor) return FillProgress.None;
        for (int i = entries.Length - 1; i >= 0; i--)
        {
            if (log.Contains(entries[i].Position)) return FillProgress.Complete;
            _found.Add(entries[i]);
        }

        if (answer.KnowsPrevious && log.Contains(answer.Previous)) return FillProgress.Complete;
        if (answer.KnowsPrevious && answer.Previous.Index <= log.Base.Index) return FillProgress.Impossible;

        // What the log has before the gap had been superseded by what was lost: down to where it rests on a snapshot, then.
        if (_from >= Anchor.Index) _from = log.FirstIndex;
        return entries.Length > 0 ? FillProgress.Some : FillProgress.None;
    }

    /// <summary>What is to be put back, in order of index; at least one entry, were it one that is there.</summary>
    public List<Entry> Fills(RaftLog log)
    {
        List<Entry> fills = [.. _found];
        fills.Reverse();
        if (fills.Count == 0 && behind[0].Index - 1 >= log.FirstIndex) fills.Add(log[behind[0].Index - 1]);
        return fills;
    }

    /// <summary>What a node knows of what precedes an entry: from its log, or from what is behind a gap of its own.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="log">Its log.</param>
    /// <param name="own">Its own gap; null: it has none.</param>
    /// <param name="bytesMax">The most that the entries may count for, unless there is but one.</param>
    /// <param name="entries">What it knows.</param>
    /// <param name="previous">What precedes that; of term 0 when it does not know.</param>
    public static bool TryAnswer(in FillRequest request, RaftLog log, LogFill? own, long bytesMax, List<Entry> entries, out LogPosition previous)
    {
        entries.Clear();
        previous = default;
        bool isInLog = request.Anchor.Index > log.Base.Index && log.Contains(request.Anchor);
        if (!isInLog && (own is null || !own.Holds(request.Anchor))) return false;
        long first = Math.Max(request.From, isInLog ? log.FirstIndex : own!.Anchor.Index);
        long bytes = 0;
        for (long index = request.Anchor.Index - 1; index >= first; index--)
        {
            Entry entry = isInLog ? log[index] : own!.At(index);
            bytes += entry.Size;
            if (entries.Count > 0 && bytes > bytesMax) break;
            entries.Add(entry);
        }

        entries.Reverse();
        long before = request.Anchor.Index - 1 - entries.Count;
        long term = 0;
        if (isInLog) log.TryTermAt(before, out term);
        else if (before >= own!.Anchor.Index) term = own.At(before).Term;
        previous = new LogPosition(term, before);
        return entries.Count > 0 || term > 0 || before == 0;
    }

    private bool Holds(LogPosition position) =>
        position.Index >= Anchor.Index && position.Index <= behind[^1].Index && At(position.Index).Position == position;

    private Entry At(long index) =>
        index >= behind[0].Index ? behind[(int)(index - behind[0].Index)] : _found[(int)(behind[0].Index - 1 - index)];
}

/// <summary>What an answer has brought.</summary>
internal enum FillProgress : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Some of what is missing.</summary>
    Some,

    /// <summary>All of it.</summary>
    Complete,

    /// <summary>It does not lead to where the log begins: a snapshot has overtaken it.</summary>
    Impossible,
}
