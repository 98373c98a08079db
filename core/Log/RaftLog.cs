using System.Numerics;

namespace DEngine.Core;

/// <summary>
/// The entries a node holds in memory: everything after <see cref="Base"/>, without gaps. A ring, so that dropping a prefix and adding a suffix
/// both cost nothing once it has grown. Which of these entries are durable or committed is not known here.
/// </summary>
public sealed class RaftLog
{
    private Entry[] _ring;
    private int _head;
    private int _count;

    /// <param name="capacity">Entries to have room for at first; 1 and up.</param>
    /// <param name="start">The position before the first entry.</param>
    public RaftLog(int capacity = 1024, LogPosition start = default)
    {
        Base = start;
        Invariant.Holds(capacity > 0, "a log has room for at least one entry");
        _ring = new Entry[(int)BitOperations.RoundUpToPowerOf2((uint)capacity)];
    }

    /// <summary>The position just before the first entry held: where a snapshot ends, or the origin.</summary>
    public LogPosition Base { get; private set; }

    public long FirstIndex => Base.Index + 1;

    public long LastIndex => Base.Index + _count;

    /// <summary>Position of the last entry, or <see cref="Base"/> when there is none.</summary>
    public LogPosition Last => _count == 0 ? Base : _ring[Slot(LastIndex)].Position;

    /// <summary>Bytes that the entries count for (<see cref="Entry.Size"/>).</summary>
    public long Bytes { get; private set; }

    /// <summary>The entry at <paramref name="index"/>, which must be held.</summary>
    public ref readonly Entry this[long index]
    {
        get
        {
            Invariant.Holds(index >= FirstIndex && index <= LastIndex, "entry is held", index, LastIndex);
            return ref _ring[Slot(index)];
        }
    }

    /// <summary>
    /// The term at an index, if it is known: of an entry held, or of <see cref="Base"/>. A missing entry has no term at all, not term 0 (BUGS L13).
    /// </summary>
    public bool TryTermAt(long index, out long term)
    {
        if (index == Base.Index)
        {
            term = Base.Term;
            return true;
        }

        if (index > Base.Index && index <= LastIndex)
        {
            term = _ring[Slot(index)].Term;
            return true;
        }

        term = -1;
        return false;
    }

    public bool Contains(LogPosition position) => TryTermAt(position.Index, out long term) && term == position.Term;

    public void Append(in Entry entry)
    {
        Invariant.Holds(entry.Index == LastIndex + 1, "entries are appended without gaps (L1)", entry.Index, LastIndex);
        Invariant.Holds(entry.Term >= Last.Term, "terms never fall along a log (L1)", entry.Position, Last);
        if (_count == _ring.Length) Grow();
        _ring[(_head + _count) & (_ring.Length - 1)] = entry;
        _count++;
        Bytes += entry.Size;
    }

    /// <summary>Forgets every entry from <paramref name="index"/> on.</summary>
    public void TruncateFrom(long index)
    {
        Invariant.Holds(index >= FirstIndex && index <= LastIndex, "truncation cuts entries that are held", index, LastIndex);
        while (LastIndex >= index)
        {
            ref Entry last = ref _ring[Slot(LastIndex)];
            Bytes -= last.Size;
            last = default;
            _count--;
        }
    }

    /// <summary>Forgets every entry up to <paramref name="index"/>, which is held: it is the new base.</summary>
    public void DropThrough(long index)
    {
        Invariant.Holds(index >= FirstIndex && index <= LastIndex, "what is dropped is held", index, LastIndex);
        LogPosition position = this[index].Position;
        while (FirstIndex <= index)
        {
            ref Entry first = ref _ring[_head];
            Bytes -= first.Size;
            Base = first.Position;
            first = default;
            _head = (_head + 1) & (_ring.Length - 1);
            _count--;
        }

        Invariant.Holds(Base == position, "the base is the last entry that was dropped", Base, position);
    }

    /// <summary>Forgets everything: a snapshot that ends at <paramref name="position"/> has taken its place.</summary>
    public void Restart(LogPosition position)
    {
        if (_count > 0) TruncateFrom(FirstIndex);
        Base = position;
    }

    /// <summary>
    /// The last position at or below <paramref name="limit"/> whose term is not above <paramref name="term"/>: where a log that ends in that term may
    /// still agree with this one. Terms never fall along a log, so a binary search finds it. Example: terms 1 1 4 4 6, limit 5, term 5: 4:4.
    /// </summary>
    public LogPosition LastAtOrBelow(long limit, long term)
    {
        long low = Base.Index;
        long high = Math.Min(limit, LastIndex);
        while (low < high)
        {
            long middle = low + ((high - low + 1) / 2);
            if (_ring[Slot(middle)].Term <= term) low = middle;
            else high = middle - 1;
        }

        return TryTermAt(low, out long found) ? new LogPosition(found, low) : Base;
    }

    /// <summary>
    /// How many entries from <paramref name="from"/> on fit into the limits; at least one if there is one, however large.
    /// </summary>
    public int CountFitting(long from, int entriesMax, long bytesMax, out long bytes)
    {
        int count = 0;
        bytes = 0;
        for (long index = from; index <= LastIndex && count < entriesMax; index++)
        {
            int size = _ring[Slot(index)].Size;
            if (count > 0 && bytes + size > bytesMax) break;
            bytes += size;
            count++;
        }

        return count;
    }

    /// <summary>
    /// The entries from <paramref name="from"/> on, in place: two spans, because a ring wraps. Valid until the log changes.
    /// </summary>
    public void Range(long from, int count, out ReadOnlySpan<Entry> first, out ReadOnlySpan<Entry> second)
    {
        Invariant.Holds(from >= FirstIndex && from + count - 1 <= LastIndex, "a range is held", from, count);
        int start = Slot(from);
        int firstRun = Math.Min(count, _ring.Length - start);
        first = _ring.AsSpan(start, firstRun);
        second = _ring.AsSpan(0, count - firstRun);
    }

    private int Slot(long index) => (int)((_head + (index - FirstIndex)) & (_ring.Length - 1));

    private void Grow()
    {
        var larger = new Entry[_ring.Length * 2];
        int firstRun = Math.Min(_count, _ring.Length - _head);
        Array.Copy(_ring, _head, larger, 0, firstRun);
        Array.Copy(_ring, 0, larger, firstRun, _count - firstRun);
        _ring = larger;
        _head = 0;
    }
}
