namespace DEngine.Simulation.World;

/// <summary>
/// A node's monotonic clock: true time, seen through an offset and a rate. Never goes back; a restart gives another offset, as a reboot does.
/// </summary>
internal sealed class SimulatedClock(double rate, TimeSpan offset)
{
    private TimeSpan _offset = offset;

    /// <summary>Local seconds per true second.</summary>
    public double Rate { get; } = rate;

    public TimeSpan ToLocal(TimeSpan trueTime) => new((long)(trueTime.Ticks * Rate) + _offset.Ticks);

    /// <summary>The first true instant at which the clock shows <paramref name="local"/> or more.</summary>
    public TimeSpan ToTrue(TimeSpan local)
    {
        long ticks = (long)((local.Ticks - _offset.Ticks) / Rate);
        while (ToLocal(new TimeSpan(ticks)) < local) ticks++;
        return new TimeSpan(ticks);
    }

    public void Restart(TimeSpan newOffset) => _offset = newOffset;
}
