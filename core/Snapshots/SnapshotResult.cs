namespace DEngine.Core;

/// <summary>What has become of a <see cref="SnapshotRequest"/>; handed to <see cref="Node.OnSnapshot"/>.</summary>
public abstract record SnapshotResult
{
    private SnapshotResult()
    {
    }

    /// <summary>A snapshot of this node's state is durable.</summary>
    public sealed record Saved(SnapshotId Snapshot) : SnapshotResult;

    /// <summary>There was no room for a snapshot; nothing is left of it.</summary>
    public sealed record NotSaved : SnapshotResult;

    /// <summary>Bytes for a peer; fewer than asked for when the snapshot is gone or cannot be read. Released when they are sent.</summary>
    public sealed record BytesRead(SnapshotRequest.Read Request, SnapshotBytes Bytes) : SnapshotResult;

    /// <summary>What was to be sent is damaged; another one is wanted before anything is sent.</summary>
    /// <param name="Request">What was asked for.</param>
    /// <param name="Damage">What is damaged, with file and offset, for people.</param>
    public sealed record Damaged(SnapshotRequest.Read Request, string Damage) : SnapshotResult;

    /// <summary>A piece of the snapshots kept has been read again, and there is something to tell.</summary>
    public sealed record Scrubbed(ScrubStep Step) : SnapshotResult;

    /// <summary>So many bytes of a snapshot have come and been written; not necessarily durable.</summary>
    public sealed record Stored(SnapshotId Snapshot, long NextOffset) : SnapshotResult
    {
        /// <summary>There was no room for more.</summary>
        public bool IsFull { get; init; }
    }

    /// <summary>A snapshot has come whole; it is durable, and what it holds has been built.</summary>
    public sealed record Received(SnapshotId Snapshot, SnapshotRestore Restore) : SnapshotResult;
}
