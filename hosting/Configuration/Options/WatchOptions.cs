namespace DEngine.Configuration;

/// <summary>Limits of watches (<c>[raft.watch]</c>). No effect in this version.</summary>
public sealed class WatchOptions
{
    /// <summary>Events that may wait to be handed out. Default 1000, range 1 to 1000000.</summary>
    public int EventQueueSize { get; set; } = 1_000;

    /// <summary>Events that may wait for one slow watcher before it is dropped. Default 100, range 1 to 1000000.</summary>
    public int WatcherBufferSize { get; set; } = 100;

    /// <summary>Watchers on one node. Default 10000, range 1 to 1000000.</summary>
    public int MaxWatcherCount { get; set; } = 10_000;

    /// <summary>An idle watch hears so often that it is alive, in milliseconds. Default 10000, range 100 to 3600000.</summary>
    public int HeartbeatIntervalMs { get; set; } = 10_000;
}
