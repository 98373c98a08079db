namespace DEngine.Configuration;

/// <summary>When a write counts as kept (<c>[raft.persistence]</c>).</summary>
public sealed class PersistenceOptions
{
    /// <summary>
    /// Default: <see cref="PersistenceStrategy.DiskFirst"/>. With <see cref="PersistenceStrategy.MemFirst"/> any minority may lose power and nothing
    /// acknowledged is lost; when a majority does at once, the cluster says so (docs/recovery.md).
    /// </summary>
    public PersistenceStrategy Strategy { get; set; } = PersistenceStrategy.DiskFirst;

    /// <summary>When MemFirst syncs. Default: <see cref="FlushPolicy.Immediate"/>. No effect with DiskFirst.</summary>
    public FlushPolicy FlushPolicy { get; set; } = FlushPolicy.Immediate;

    /// <summary>
    /// With MemFirst, the most entries acknowledged and not yet synced: beyond it acknowledgements wait for the sync. Default 10000, range 1 to
    /// 10000000; no less than the threshold of <see cref="FlushPolicy"/> counts.
    /// </summary>
    public int MaxBufferedEntries { get; set; } = 10_000;

    /// <summary>Threads that sync in the background. Default 1, range 1 to 64. No effect in this version.</summary>
    public int FlushWorkers { get; set; } = 1;
}

/// <summary>What has to have happened on a majority before a write is acknowledged.</summary>
public enum PersistenceStrategy
{
    /// <summary>Synced to disk.</summary>
    DiskFirst,

    /// <summary>Handed to the operating system; the sync follows in the background.</summary>
    MemFirst,
}

/// <summary>When MemFirst syncs what it has handed to the operating system.</summary>
public sealed class FlushPolicy
{
    /// <summary>At once: <c>flush_policy = "Immediate"</c>.</summary>
    public static FlushPolicy Immediate { get; } = new();

    /// <summary>Null: at once. Otherwise when so much has gathered: <c>flush_policy = { Batch = { threshold = 100, interval_ms = 20 } }</c>.</summary>
    public BatchFlush? Batch { get; init; }
}

/// <summary>Sync when either has been reached.</summary>
public sealed class BatchFlush
{
    /// <summary>Entries. Default 100, range 1 to 1000000.</summary>
    public int Threshold { get; set; } = 100;

    /// <summary>Milliseconds that an entry waits at most. Default 20, range 1 to 60000.</summary>
    public int IntervalMs { get; set; } = 20;
}
