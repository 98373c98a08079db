namespace DEngine.Simulation.World;

/// <summary>
/// A node's monotonic clock: true time, seen through an offset and a rate. Never goes back; may stand, race and jump ahead. A restart gives another
/// offset, as a reboot does.
/// </summary>
/// <param name="nominalRate">Local seconds per true second when nothing is wrong with it.</param>
internal sealed class SimulatedClock(double nominalRate)
{
    private TimeSpan _trueBase;
    private TimeSpan _localBase;

    /// <summary>Local seconds per true second; 0 while the clock stands.</summary>
    public double Rate { get; private set; } = nominalRate;

    public double NominalRate { get; } = nominalRate;

    public TimeSpan ToLocal(TimeSpan trueTime) => new((long)((trueTime.Ticks - _trueBase.Ticks) * Rate) + _localBase.Ticks);

    /// <summary>The first true instant at which the clock shows <paramref name="local"/> or more; never, as far as is known, while it stands.</summary>
    public TimeSpan ToTrue(TimeSpan local)
    {
        if (local <= _localBase) return _trueBase;
        if (Rate == 0) return TimeSpan.MaxValue;
        long ticks = _trueBase.Ticks + (long)((local.Ticks - _localBase.Ticks) / Rate);
        while (ToLocal(new TimeSpan(ticks)) < local) ticks++;
        return new TimeSpan(ticks);
    }

    /// <summary>The machine boots: the clock shows <paramref name="local"/> now.</summary>
    public void Restart(TimeSpan now, TimeSpan local) => (_trueBase, _localBase) = (now, local);

    public void Jump(TimeSpan now, TimeSpan by) => Restart(now, ToLocal(now) + by);

    public void SetRate(TimeSpan now, double rate)
    {
        Restart(now, ToLocal(now));
        Rate = rate;
    }
}
