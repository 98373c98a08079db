namespace DEngine.Transport;

/// <summary>
/// The leader's lease, as any thread may see it: who finds it valid may read the published state right after and nothing newer had been acknowledged
/// anywhere before the check.
/// </summary>
/// <remarks>
/// The loop publishes a lease only while everything that was committed when it looked is applied and published here. From then on whatever is
/// acknowledged under this lease is acknowledged after it has been published here, since an acknowledgement follows the leader's own apply. So the order
/// that matters is the reader's: lease first, value second. A lease ends by the clock that all parties allow for, or by a transfer, which the loop
/// withdraws it for before the message leaves.
/// </remarks>
internal sealed class PublishedLease(MonotonicClock clock)
{
    private long _untilTicks = long.MinValue;

    /// <summary>Any thread. Read the value after this, never before.</summary>
    public bool IsValid => clock.Now.Ticks < Interlocked.Read(ref _untilTicks);

    /// <summary>Loop thread.</summary>
    public void Publish(TimeSpan? until)
    {
        long ticks = until?.Ticks ?? long.MinValue;
        if (ticks != _untilTicks) Interlocked.Exchange(ref _untilTicks, ticks);
    }
}
