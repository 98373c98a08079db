using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// What the loop shows of its node after every pass. Each number is as of some recent pass; two of them may be of neighbouring passes. Any thread reads.
/// </summary>
public sealed class LoopCounters
{
    private long _term;
    private long _role;
    private long _leader;
    private long _commitIndex;
    private long _appliedIndex;
    private long _lastIndex;
    private long _firstIndex;
    private long _snapshotIndex;
    private long _snapshotBytes;
    private long _durableIndex;
    private long _digest;
    private long _confirmedDigestIndex;
    private long _doubtIndex;
    private long _pendingWrites;
    private long _pendingReads;
    private long _proposals;
    private long _passes;

    /// <summary>The node's term.</summary>
    public long Term => Volatile.Read(ref _term);

    /// <summary>Follower, candidate or leader.</summary>
    public Role Role => (Role)Volatile.Read(ref _role);

    /// <summary>The leader, as known.</summary>
    public NodeId Leader => new((uint)Volatile.Read(ref _leader));

    /// <summary>Highest committed index.</summary>
    public long CommitIndex => Volatile.Read(ref _commitIndex);

    /// <summary>Highest applied index.</summary>
    public long AppliedIndex => Volatile.Read(ref _appliedIndex);

    /// <summary>Highest index in the log.</summary>
    public long LastIndex => Volatile.Read(ref _lastIndex);

    /// <summary>First index that the log still has.</summary>
    public long FirstIndex => Volatile.Read(ref _firstIndex);

    /// <summary>Last index in the newest snapshot; 0 without one.</summary>
    public long SnapshotIndex => Volatile.Read(ref _snapshotIndex);

    /// <summary>Size of the newest snapshot in bytes; 0 without one.</summary>
    public long SnapshotBytes => Volatile.Read(ref _snapshotBytes);

    /// <summary>Highest index that this node's own disk holds.</summary>
    public long DurableIndex => Volatile.Read(ref _durableIndex);

    /// <summary>Running digest of what has been applied.</summary>
    public ulong Digest => (ulong)Volatile.Read(ref _digest);

    /// <summary>The highest index at which a majority of the voters is known to have this node's digest; 0 as long as none is.</summary>
    public long ConfirmedDigestIndex => Volatile.Read(ref _confirmedDigestIndex);

    /// <summary>The entry at which this node and another differ while nobody knows who is right; 0: there is none. Else nothing may be served.</summary>
    public long DoubtIndex => Volatile.Read(ref _doubtIndex);

    /// <summary>Commands that wait.</summary>
    public long PendingWrites => Volatile.Read(ref _pendingWrites);

    /// <summary>Reads that wait.</summary>
    public long PendingReads => Volatile.Read(ref _pendingReads);

    /// <summary>Commands and operations that this node has taken on from clients.</summary>
    public long Proposals => Volatile.Read(ref _proposals);

    /// <summary>Passes of the loop.</summary>
    public long Passes => Volatile.Read(ref _passes);

    /// <summary>Loop thread.</summary>
    internal void CountProposal() => Volatile.Write(ref _proposals, _proposals + 1);

    /// <summary>Loop thread.</summary>
    internal void Update(Node node)
    {
        RaftNode raft = node.Raft;
        Volatile.Write(ref _term, raft.Term);
        Volatile.Write(ref _role, (long)raft.Role);
        Volatile.Write(ref _leader, raft.Leader.Value);
        Volatile.Write(ref _lastIndex, raft.Log.LastIndex);
        Volatile.Write(ref _firstIndex, raft.Log.FirstIndex);
        Volatile.Write(ref _snapshotIndex, raft.Snapshot.Last.Index);
        Volatile.Write(ref _snapshotBytes, raft.Snapshot.Bytes);
        Volatile.Write(ref _durableIndex, raft.DurableIndex);
        Volatile.Write(ref _commitIndex, raft.CommitIndex);
        Volatile.Write(ref _appliedIndex, node.AppliedIndex);
        Volatile.Write(ref _digest, (long)node.Digest);
        Volatile.Write(ref _confirmedDigestIndex, node.ConfirmedDigestIndex);
        Volatile.Write(ref _doubtIndex, node.DoubtIndex);
        Volatile.Write(ref _pendingWrites, node.PendingWrites);
        Volatile.Write(ref _pendingReads, node.PendingReads);
        Volatile.Write(ref _passes, _passes + 1);
    }
}
