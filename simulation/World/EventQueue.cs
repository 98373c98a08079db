namespace DEngine.Simulation.World;

/// <summary>
/// Everything that is going to happen, ordered by (time, sequence): two events of the same instant happen in the order in which they were
/// scheduled, on every machine; but first those that are done to the world from outside.
/// </summary>
internal sealed class EventQueue
{
    /// <summary>Added to the sequence of everything that does not come first.</summary>
    private const long Second = 1L << 62;

    /// <summary>Children of a node of the heap: half the depth of a binary one, and siblings side by side in memory.</summary>
    private const int Arity = 4;

    /// <summary>A heap: nothing is due before its parent, at (i - 1) / <see cref="Arity"/>.</summary>
    private Due[] _heap = new Due[256];

    /// <summary>What happens, at the places that the heap's elements name: only small things move within the heap.</summary>
    private SimulationEvent[] _events = new SimulationEvent[256];
    private readonly Stack<int> _freePlaces = new();
    private long _sequence;

    /// <summary>True time: what the wall of the simulated world shows. Nodes see it through their own clocks.</summary>
    public TimeSpan Now { get; private set; }

    public int Count { get; private set; }

    public void At(TimeSpan instant, in SimulationEvent simulationEvent) =>
        Add(Math.Max(instant.Ticks, Now.Ticks), ++_sequence + Second, simulationEvent);

    public void After(TimeSpan delay, in SimulationEvent simulationEvent) => At(Now + delay, simulationEvent);

    /// <summary>As <see cref="After"/>, before everything else of that instant.</summary>
    public void FirstAfter(TimeSpan delay, in SimulationEvent simulationEvent) =>
        Add((Now + delay).Ticks, ++_sequence, simulationEvent);

    /// <summary>Moves time on; nothing may be left to happen before.</summary>
    public void AdvanceTo(TimeSpan instant) => Now = instant;

    /// <summary>When the next event is due; there has to be one.</summary>
    public TimeSpan NextAt => new(_heap[0].Ticks);

    /// <summary>Looks at the next event, unless it lies beyond <paramref name="end"/>; time stands still.</summary>
    public bool TryPeek(TimeSpan end, out SimulationEvent next)
    {
        bool isDue = Count > 0 && _heap[0].Ticks <= end.Ticks;
        next = isDue ? _events[_heap[0].Place] : default;
        return isDue;
    }

    /// <summary>Takes the next event, unless it lies beyond <paramref name="end"/>; moves time to it, or to the end.</summary>
    public bool TryNext(TimeSpan end, out SimulationEvent simulationEvent)
    {
        if (Count == 0 || _heap[0].Ticks > end.Ticks)
        {
            simulationEvent = default;
            if (end > Now) Now = end;
            return false;
        }

        Due first = _heap[0];
        simulationEvent = _events[first.Place];
        _events[first.Place] = default;
        _freePlaces.Push(first.Place);
        Now = new TimeSpan(first.Ticks);
        RemoveFirst();
        return true;
    }

    private void Add(long ticks, long sequence, in SimulationEvent simulationEvent)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, Count * 2);
            Array.Resize(ref _events, Count * 2);
        }

        int place = _freePlaces.TryPop(out int free) ? free : Count;
        _events[place] = simulationEvent;
        var added = new Due(ticks, sequence, place);
        int at = Count++;
        while (at > 0)
        {
            int parent = (at - 1) / Arity;
            if (!added.IsBefore(_heap[parent])) break;
            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = added;
    }

    /// <summary>The last one takes the place of the first, and sinks to where it belongs.</summary>
    private void RemoveFirst()
    {
        Due last = _heap[--Count];
        if (Count == 0) return;
        int at = 0;
        while (EarliestChild(at) is var child and > 0 && _heap[child].IsBefore(last))
        {
            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = last;
    }

    /// <summary>0: it has none.</summary>
    private int EarliestChild(int parent)
    {
        int first = (parent * Arity) + 1;
        if (first >= Count) return 0;
        int earliest = first;
        int end = Math.Min(first + Arity, Count);
        for (int child = first + 1; child < end; child++)
        {
            if (_heap[child].IsBefore(_heap[earliest])) earliest = child;
        }

        return earliest;
    }

    private readonly record struct Due(long Ticks, long Sequence, int Place)
    {
        public bool IsBefore(in Due other) => Ticks < other.Ticks || (Ticks == other.Ticks && Sequence < other.Sequence);
    }
}
