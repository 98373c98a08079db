namespace DEngine.Core;

/// <summary>Part of a snapshot, from the leader (InstallSnapshot, paper §7). The bytes travel beside this header.</summary>
/// <param name="Term">The leader's term.</param>
/// <param name="Snapshot">Which snapshot.</param>
/// <param name="Offset">Where the bytes belong; with no bytes at all it only asks how much has come.</param>
public readonly record struct SnapshotChunk(long Term, SnapshotId Snapshot, long Offset);

/// <summary>How much of a snapshot the follower has. That it is whole and in place is told by <see cref="AppendAccepted"/>.</summary>
/// <param name="Term">The follower's term.</param>
/// <param name="Snapshot">Which snapshot.</param>
/// <param name="NextOffset">Where the bytes that it wants next belong.</param>
public readonly record struct SnapshotProgress(long Term, SnapshotId Snapshot, long NextOffset);
