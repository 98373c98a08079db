namespace DEngine.Configuration;

/// <summary>What keeps the log and the state (<c>[storage]</c>).</summary>
public sealed class StorageOptions
{
    /// <summary>Default: <see cref="LogStorageKind.Wal"/>.</summary>
    public LogStorageKind Log { get; set; } = LogStorageKind.Wal;

    /// <summary>Default: <see cref="StateMachineKind.Memory"/>.</summary>
    public StateMachineKind StateMachine { get; set; } = StateMachineKind.Memory;
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
