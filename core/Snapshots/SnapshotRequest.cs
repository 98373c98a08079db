namespace DEngine.Core;

/// <summary>What a node asks of whoever keeps its snapshots. Each is answered by a <see cref="SnapshotResult"/>.</summary>
public abstract record SnapshotRequest
{
    private SnapshotRequest()
    {
    }

    /// <summary>Write a snapshot. Answered by <see cref="SnapshotResult.Saved"/> or <see cref="SnapshotResult.NotSaved"/>.</summary>
    /// <param name="Capture">The writer's from here on.</param>
    public sealed record Save(SnapshotCapture Capture) : SnapshotRequest;

    /// <summary>Read a part of a snapshot for a peer. Answered by <see cref="SnapshotResult.BytesRead"/> or <see cref="SnapshotResult.Damaged"/>.</summary>
    /// <param name="Peer">Who needs it.</param>
    /// <param name="Term">The leader's, when it asked.</param>
    /// <param name="Snapshot">Which.</param>
    /// <param name="Offset">From where.</param>
    /// <param name="Length">How many bytes; 0 asks the peer how much it has.</param>
    public sealed record Read(NodeId Peer, long Term, SnapshotId Snapshot, long Offset, int Length) : SnapshotRequest;

    /// <summary>
    /// Keep a part of a snapshot that the leader has sent. Answered by <see cref="SnapshotResult.Stored"/>, or, when nothing is missing any more, by
    /// <see cref="SnapshotResult.Received"/>.
    /// </summary>
    /// <param name="Snapshot">Which; another one than before replaces what had come of that.</param>
    /// <param name="Offset">Where the bytes go.</param>
    /// <param name="Bytes">Released when they are kept; none: only tell how much there is.</param>
    public sealed record Store(SnapshotId Snapshot, long Offset, SnapshotBytes Bytes) : SnapshotRequest;
}
