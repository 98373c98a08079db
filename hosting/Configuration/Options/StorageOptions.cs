namespace DEngine.Configuration;

/// <summary>What keeps the log and the state (<c>[storage]</c>).</summary>
public sealed class StorageOptions
{
    /// <summary>Default: <see cref="LogStorageKind.Wal"/>.</summary>
    public LogStorageKind Log { get; set; } = LogStorageKind.Wal;

    /// <summary>Default: <see cref="StateMachineKind.Memory"/>.</summary>
    public StateMachineKind StateMachine { get; set; } = StateMachineKind.Memory;

    /// <summary>
    /// How fast log and snapshots are read again while the node runs, to find what the disk no longer gives back as it was written (docs/recovery.md): in MB
    /// (1,000,000 bytes) a second, for the log and for the snapshots each; 0: not at all. Default: 4. 0 to 10,000.
    /// </summary>
    public int ScrubMbPerSecond { get; set; } = 4;

    /// <summary>From the beginning of one pass over everything to the beginning of the next, at least, in seconds. Default: 3,600. 1 to 31,536,000.</summary>
    public int ScrubIntervalSecs { get; set; } = 3_600;
}

/// <summary>What keeps the log.</summary>
public enum LogStorageKind
{
    /// <summary>The write-ahead log in files.</summary>
    Wal,

    /// <summary>Memory alone: a node that stops has forgotten its votes, so this is for tests.</summary>
    Memory,

    /// <summary>A log on FASTER, in files.</summary>
    Faster,
}

/// <summary>What keeps the applied state.</summary>
public enum StateMachineKind
{
    /// <summary>Memory; rebuilt from snapshot and log at start.</summary>
    Memory,

    /// <summary>Keys in memory, values on FASTER in files, for state larger than memory; rebuilt from snapshot and log at start.</summary>
    Faster,
}
