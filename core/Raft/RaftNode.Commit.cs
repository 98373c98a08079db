namespace DEngine.Core;

/// <summary>The commit rule (paper §5.3, §5.4.2).</summary>
public sealed partial class RaftNode
{
    private long _termStartIndex;

    /// <summary>Whether this leader has committed an entry of its own term: only then does it know what is committed.</summary>
    public bool HasCommittedInTerm => Role == Role.Leader && CommitIndex >= _termStartIndex;

    /// <summary>
    /// An index is committed when a quorum holds it durably (the leader itself counts by its own disk, like everyone else) and its entry is of
    /// the current term; what precedes it is committed with it. Entries of older terms are never counted (C1, figure 8).
    /// </summary>
    private void AdvanceCommit()
    {
        if (Role != Role.Leader) return;
        long reached = ReachedByQuorum(static (node, peer) => peer is null ? (node.Counts ? node._durableIndex : 0) : peer.CountedMatch);
        if (reached <= CommitIndex) return;
        bool known = Log.TryTermAt(reached, out long term);
        Invariant.Holds(known, "what a majority holds is in the leader's log", reached, Log.LastIndex);
        if (term != Term) return;
        CommitIndex = reached;
        ReleaseReadsWaitingForCommit();
        EndRecoveryIfDone();
        OnLeaderCommitted();
    }
}
