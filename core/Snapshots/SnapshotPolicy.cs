namespace DEngine.Core;

/// <summary>When a node writes snapshots, and how much of its log it keeps beside them.</summary>
public sealed record SnapshotPolicy
{
    /// <summary>Whether the node writes any. One that does not keeps its whole log in memory and on disk.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>So many entries applied since the last snapshot call for the next; 1 and up.</summary>
    public long EntriesMax { get; init; } = 100_000;

    /// <summary>So many bytes of entries in memory (<see cref="Entry.Size"/>) call for the next too; 1 and up.</summary>
    public long LogBytesMax { get; init; } = 256L << 20;

    /// <summary>Entries kept before the last snapshot, for followers a little behind; 0 and up. Fewer where they exceed <see cref="LogBytesMax"/>.</summary>
    public long RetainedEntries { get; init; } = 5_000;

    /// <summary>Bytes of a snapshot in one message; 1 and up.</summary>
    public int ChunkBytes { get; init; } = 1 << 20;

    /// <summary>With so many bytes on their way to one peer and no answer, no more are sent; the chunk that reaches it may go beyond.</summary>
    public long WindowBytes { get; init; } = 4 << 20;

    /// <summary>The most that sending snapshots takes of the network, all peers together, in bytes a second; 0: no limit.</summary>
    public long BytesPerSecondMax { get; init; }

    /// <summary>How long a leader waits for news of a transfer before it asks.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after a snapshot that found no room the next one is tried.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> naming the first option that is out of range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(EntriesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LogBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(RetainedEntries);
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WindowBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(BytesPerSecondMax);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Patience, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RetryInterval, TimeSpan.Zero);
    }
}
