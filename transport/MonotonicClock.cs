using System.Diagnostics;

namespace DEngine.Transport;

/// <summary>The node's clock: time since it was made, never back, whatever the wall clock does. Any thread.</summary>
public sealed class MonotonicClock
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Time since this clock was made.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_start);
}
