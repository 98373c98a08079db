namespace DEngine.Configuration;

/// <summary>How much may wait before the node answers "overloaded" (<c>[raft.backpressure]</c>).</summary>
public sealed class BackpressureOptions
{
    /// <summary>Writes accepted and not yet answered. Default 10000, range 1 to 10000000.</summary>
    public int MaxPendingWrites { get; set; } = 10_000;

    /// <summary>Reads accepted and not yet answered. Default 10000, range 1 to 10000000.</summary>
    public int MaxPendingReads { get; set; } = 10_000;
}
