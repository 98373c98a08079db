namespace DEngine.Core;

/// <summary>
/// Things that wait for an answer, under ids that count up from an unpredictable start (an answer to an earlier life of this node finds
/// nothing, BUGS R5). All wait equally long, so they expire in the order in which they came. A ring: no hashing, order is always that of arrival.
/// </summary>
internal sealed class WaitingTable<T>(ulong firstId)
{
    private Slot[] _ring = new Slot[64];
    private ulong _first = firstId;
    private ulong _next = firstId;

    /// <summary>How many are waiting.</summary>
    public int Count { get; private set; }

    /// <summary>When the oldest expires; null when nothing waits.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            SkipEmpty();
            return _first == _next ? null : _ring[Index(_first)].Deadline;
        }
    }

    public ulong Add(in T item, TimeSpan deadline)
    {
        if (_next - _first == (ulong)_ring.Length) Grow();
        ulong id = _next++;
        _ring[Index(id)] = new Slot(true, deadline, item);
        Count++;
        return id;
    }

    public bool TryRemove(ulong id, out T item)
    {
        if (id - _first >= _next - _first || !_ring[Index(id)].IsWaiting)
        {
            item = default!;
            return false;
        }

        item = Take(id);
        return true;
    }

    /// <summary>Removes the oldest if it has expired at <paramref name="now"/>.</summary>
    public bool TryRemoveExpired(TimeSpan now, out T item)
    {
        if (NextDeadline is { } deadline && deadline <= now)
        {
            item = Take(_first);
            return true;
        }

        item = default!;
        return false;
    }

    /// <summary>Removes the oldest, expired or not.</summary>
    public bool TryRemoveOldest(out T item) => TryRemoveExpired(TimeSpan.MaxValue, out item);

    private T Take(ulong id)
    {
        ref Slot slot = ref _ring[Index(id)];
        T item = slot.Item;
        slot = default;
        Count--;
        SkipEmpty();
        return item;
    }

    private void SkipEmpty()
    {
        while (_first != _next && !_ring[Index(_first)].IsWaiting) _first++;
    }

    private int Index(ulong id) => (int)(id & (ulong)(_ring.Length - 1));

    private void Grow()
    {
        var larger = new Slot[_ring.Length * 2];
        for (ulong id = _first; id != _next; id++) larger[id & (ulong)(larger.Length - 1)] = _ring[Index(id)];
        _ring = larger;
    }

    private readonly record struct Slot(bool IsWaiting, TimeSpan Deadline, T Item);
}
