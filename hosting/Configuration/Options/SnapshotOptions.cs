namespace DEngine.Configuration;

/// <summary>When the log is replaced by a snapshot, and how one travels (<c>[raft.snapshot]</c>).</summary>
public sealed class SnapshotOptions
{
    /// <summary>Default true.</summary>
    public bool Enable { get; set; } = true;

    /// <summary>Entries since the last snapshot that call for the next. Default 100000, range 1 to 100000000.</summary>
    public int MaxLogEntriesBeforeSnapshot { get; set; } = 100_000;

    /// <summary>Bytes of entries in memory that call for the next. Default 268435456, range 1048576 to 1099511627776.</summary>
    public long MaxLogBytesBeforeSnapshot { get; set; } = 256L << 20;

    /// <summary>Entries kept before the snapshot for followers a little behind. Default 5000, range 0 to 100000000.</summary>
    public int RetainedLogEntries { get; set; } = 5_000;

    /// <summary>Bytes in one message of a snapshot. Default 1048576, range 1024 to 16777216.</summary>
    public int ChunkSizeBytes { get; set; } = 1 << 20;

    /// <summary>Snapshots kept on disk. Default 2, range 1 to 100.</summary>
    public int CleanupRetainCount { get; set; } = 2;

    /// <summary>The most that sending a snapshot may take of the network, in megabits a second; 0 is no limit. Default 0, range 0 to 1000000.</summary>
    public int MaxBandwidthMbps { get; set; }
}
