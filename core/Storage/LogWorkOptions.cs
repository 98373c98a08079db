namespace DEngine.Core;

/// <summary>Limits of a <see cref="LogWork"/>.</summary>
public sealed record LogWorkOptions
{
    /// <summary>How much may be acknowledged before it is synced (memory-first persistence); null: nothing.</summary>
    public FlushLimits? Flush { get; init; }

    /// <summary>How fast the log is read again, to find damage; null: not at all.</summary>
    public ScrubLimits? Scrub { get; init; }

    /// <summary>How long a batch that found no room waits before it is tried again; above 0.</summary>
    public TimeSpan FullRetryInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Bytes of payload that one write has, 1 and up; one entry is always written whole. A larger batch becomes several writes, and a group commit takes no
    /// further batch when it has so many.
    /// </summary>
    public long WriteBytesMax { get; init; } = 16 << 20;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> naming the first option that is out of range.</summary>
    public void Validate()
    {
        Scrub?.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FullRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(WriteBytesMax, 1);
    }
}
