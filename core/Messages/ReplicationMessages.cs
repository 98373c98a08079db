namespace DEngine.Core;

/// <summary>AppendEntries (Raft §5.3). The entries travel beside this header, see the codec.</summary>
/// <param name="Term">The leader's term.</param>
/// <param name="Previous">Position of the entry just before the first one sent.</param>
/// <param name="CommitIndex">The leader's commit index.</param>
/// <param name="Round">Latest confirmation round that this message takes part in (ReadIndex, lease, check-quorum); echoed.</param>
/// <param name="EntryCount">How many entries follow <paramref name="Previous"/>; 0 for a probe.</param>
public readonly record struct AppendRequest(long Term, LogPosition Previous, long CommitIndex, long Round, int EntryCount);

/// <summary>The follower holds, as durably as it promises, everything up to <paramref name="Match"/>.</summary>
/// <param name="Term">The follower's term.</param>
/// <param name="Match">
/// The last entry up to which it claims to agree with the leader. The leader compares it with its own log before it believes anything (Y6).
/// </param>
/// <param name="Round">As in <see cref="AppendRequest.Round"/>; 0 of a follower that is recovering.</param>
/// <param name="Recovery">0: it counts. Else the follower is recovering, and this is that recovery's id: it does not count.</param>
/// <param name="Follower">The follower's directory.</param>
public readonly record struct AppendAccepted(long Term, LogPosition Match, long Round, ulong Recovery = 0, NodeIdentity Follower = default);

/// <summary>The follower's log does not hold the request's previous position.</summary>
/// <param name="Term">The follower's term.</param>
/// <param name="PreviousIndex">Index of the request's previous position, echoed so that stale refusals are told apart (BUGS L8).</param>
/// <param name="Hint">
/// Where the two logs may still agree: the follower's last entry at or below the request's previous index whose term is not above the
/// term asked for. The leader skips whole terms with it (Raft §5.3, last paragraphs).
/// </param>
/// <param name="Round">As in <see cref="AppendRequest.Round"/>: even a refusal confirms the leader.</param>
/// <param name="Follower">The follower's directory.</param>
public readonly record struct AppendRejected(long Term, long PreviousIndex, LogPosition Hint, long Round, NodeIdentity Follower = default);

/// <summary>Keeps followers following, carries the commit index and asks for a round of confirmation. Says nothing about the log.</summary>
/// <param name="Term">The leader's term.</param>
/// <param name="CommitIndex">Never above what the follower is known to hold, so it is safe to believe (BUGS L2).</param>
/// <param name="Round">The confirmation round; fresh for every broadcast, never reused in a term.</param>
public readonly record struct Heartbeat(long Term, long CommitIndex, long Round);

/// <summary>Answer to <see cref="Heartbeat"/>.</summary>
/// <param name="Term">The follower's term.</param>
/// <param name="Round">As in <see cref="Heartbeat.Round"/>; 0 of a follower that is recovering.</param>
/// <param name="Follower">The follower's directory.</param>
public readonly record struct HeartbeatResponse(long Term, long Round, NodeIdentity Follower = default);

/// <summary>Part of a snapshot, from the leader (InstallSnapshot, paper §7). The bytes travel beside this header.</summary>
/// <param name="Term">The leader's term.</param>
/// <param name="Snapshot">Which snapshot.</param>
/// <param name="Offset">Where the bytes belong; with no bytes at all it only asks how much has come.</param>
public readonly record struct SnapshotChunk(long Term, SnapshotId Snapshot, long Offset);

/// <summary>How much of a snapshot the follower has. That it is whole and in place is told by <see cref="AppendAccepted"/>.</summary>
/// <param name="Term">The follower's term.</param>
/// <param name="Snapshot">Which snapshot.</param>
/// <param name="NextOffset">Where the bytes that it wants next belong.</param>
/// <param name="Follower">The follower's directory.</param>
public readonly record struct SnapshotProgress(long Term, SnapshotId Snapshot, long NextOffset, NodeIdentity Follower = default);
