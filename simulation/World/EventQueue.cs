namespace DEngine.Simulation.World;

/// <summary>
/// Everything that is going to happen, ordered by (time, sequence): two events of the same instant happen in the order in which they were
/// scheduled, on every machine; but first those that are done to the world from outside.
/// </summary>
internal sealed class EventQueue
{
    /// <summary>Added to the sequence of everything that does not come first.</summary>
    private const long Second = 1L << 62;

    private readonly PriorityQueue<SimulationEvent, (long Ticks, long Sequence)> _queue = new();
    private long _sequence;

    /// <summary>True time: what the wall of the simulated world shows. Nodes see it through their own clocks.</summary>
    public TimeSpan Now { get; private set; }

    public int Count => _queue.Count;

    public void At(TimeSpan instant, in SimulationEvent simulationEvent) =>
        _queue.Enqueue(simulationEvent, (Math.Max(instant.Ticks, Now.Ticks), ++_sequence + Second));

    public void After(TimeSpan delay, in SimulationEvent simulationEvent) => At(Now + delay, simulationEvent);

    /// <summary>As <see cref="After"/>, before everything else of that instant.</summary>
    public void FirstAfter(TimeSpan delay, in SimulationEvent simulationEvent) =>
        _queue.Enqueue(simulationEvent, ((Now + delay).Ticks, ++_sequence));

    /// <summary>Moves time on; nothing may be left to happen before.</summary>
    public void AdvanceTo(TimeSpan instant) => Now = instant;

    /// <summary>Takes the next event, unless it lies beyond <paramref name="end"/>; moves time to it, or to the end.</summary>
    public bool TryNext(TimeSpan end, out SimulationEvent simulationEvent)
    {
        if (!_queue.TryPeek(out simulationEvent, out (long Ticks, long Sequence) priority) || priority.Ticks > end.Ticks)
        {
            if (end > Now) Now = end;
            return false;
        }

        _queue.Dequeue();
        Now = new TimeSpan(priority.Ticks);
        return true;
    }
}
