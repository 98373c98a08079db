using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Limits of a <see cref="NodeLoop"/>.</summary>
public sealed record NodeLoopOptions
{
    /// <summary>Most arrivals that one pass takes on; 1 and up.</summary>
    public int PassItemsMax { get; init; } = 1000;

    /// <summary>Most arrivals that wait for the loop; beyond it peers are slowed down and clients are answered Overloaded.</summary>
    public int InboxItemsMax { get; init; } = 32_768;

    /// <summary>Most bytes of peers' frames that wait for the loop.</summary>
    public long InboxFrameBytesMax { get; init; } = 128L << 20;

    /// <summary>Whole snapshots that are kept; 1 and up.</summary>
    public int SnapshotsRetained { get; init; } = 2;

    /// <summary>How much may be acknowledged before it is synced (memory-first persistence); null: nothing.</summary>
    public FlushLimits? Flush { get; init; }

    /// <summary>How fast what is on disk is read again, to find damage; null: not at all.</summary>
    public ScrubLimits? Scrub { get; init; }

    /// <summary>How long a stop waits for what is under way before it is answered as it stands.</summary>
    public TimeSpan StopDrain { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a leader that stops waits for its successor.</summary>
    public TimeSpan HandOverTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stop waits for the disk.</summary>
    public TimeSpan DiskDrain { get; init; } = TimeSpan.FromSeconds(5);
}
