using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// The entries that a replay has found so far, in order of index. Where records could not be read there may be gaps; what a node is given is the part
/// before the first one. What is behind it may be of another history, and is forgotten when the node has begun anew with what precedes it.
/// </summary>
internal sealed class SparseLog
{
    private readonly List<Entry> _entries = [];
    private readonly List<long> _breaks = [];

    /// <summary>Entries up to the first gap.</summary>
    public ReadOnlySpan<Entry> Sound => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries)[..CountOfSound()];

    /// <summary>Index of the last entry found, behind gaps too; 0: none.</summary>
    public long HighestIndex => _entries.Count == 0 ? 0 : _entries[^1].Index;

    /// <summary>An entry that takes the place of one with its index and of all that followed.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isFirstBehindDamage">
    /// What came before it may have been superseded by what cannot be read. Only the entry before it of the same term, one leader's work like itself, must have
    /// been there when it was written (found by seed 2950 of an earlier swarm).
    /// </param>
    public void Add(in Entry entry, bool isFirstBehindDamage)
    {
        Truncate(entry.Index);
        bool follows = _entries.Count > 0 && _entries[^1].Index == entry.Index - 1 && _entries[^1].Term == entry.Term;
        if (isFirstBehindDamage && !follows) _breaks.Add(entry.Index);
        _entries.Add(entry);
    }

    /// <summary>Entries behind the last gap, in order, without gaps; empty when there is no gap.</summary>
    public ReadOnlySpan<Entry> BehindGaps
    {
        get
        {
            int start = StartOfLastRun();
            return CountOfSound() == _entries.Count ? [] : System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries)[start..];
        }
    }

    /// <summary>
    /// An entry that was lost is put back. What is at its index and behind it, up to the last gap, was of another history or has been put back before; fills
    /// come in order of index, and the last one closes the gap.
    /// </summary>
    public void Fill(in Entry entry)
    {
        int end = StartOfLastRun();
        int at = end;
        while (at > 0 && _entries[at - 1].Index >= entry.Index) at--;
        long next = end < _entries.Count ? _entries[end].Index : 0;
        for (int i = at; i < end; i++) _breaks.Remove(_entries[i].Index);
        _entries.RemoveRange(at, end - at);
        _entries.Insert(at, entry);
        if (entry.Index == next - 1) _breaks.Remove(next);
    }

    public void Truncate(long from)
    {
        int kept = _entries.Count;
        while (kept > 0 && _entries[kept - 1].Index >= from) kept--;
        _entries.RemoveRange(kept, _entries.Count - kept);
        _breaks.RemoveAll(index => index >= from);
    }

    /// <summary>What comes before the index is in a snapshot, and what follows there was the log's own.</summary>
    public void Drop(long before)
    {
        _breaks.RemoveAll(index => index <= before);
        int dropped = 0;
        while (dropped < _entries.Count && _entries[dropped].Index < before) dropped++;
        _entries.RemoveRange(0, dropped);
    }

    /// <summary>Forgets what is behind the first gap.</summary>
    public void ForgetBehindGap()
    {
        int kept = CountOfSound();
        _entries.RemoveRange(kept, _entries.Count - kept);
        _breaks.Clear();
    }

    public void Clear()
    {
        _entries.Clear();
        _breaks.Clear();
    }

    private int StartOfLastRun()
    {
        int start = _entries.Count - 1;
        while (start > 0 && _entries[start - 1].Index == _entries[start].Index - 1 && !_breaks.Contains(_entries[start].Index)) start--;
        return Math.Max(0, start);
    }

    private int CountOfSound()
    {
        int count = 0;
        while (count < _entries.Count && _entries[count].Index == _entries[0].Index + count && !_breaks.Contains(_entries[count].Index)) count++;
        return count;
    }
}
