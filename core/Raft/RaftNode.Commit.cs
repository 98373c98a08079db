namespace DEngine.Core;

/// <summary>The commit rule (paper §5.3, §5.4.2).</summary>
public sealed partial class RaftNode
{
    private readonly long[] _scratch;
    private long _termStartIndex;

    /// <summary>Whether this leader has committed an entry of its own term: only then does it know what is committed.</summary>
    public bool HasCommittedInTerm => Role == Role.Leader && CommitIndex >= _termStartIndex;

    /// <summary>
    /// An index is committed when a majority holds it durably (the leader itself counts by its own disk, like everyone else) and its entry is of
    /// the current term; what precedes it is committed with it. Entries of older terms are never counted (C1, figure 8).
    /// </summary>
    private void AdvanceCommit()
    {
        if (Role != Role.Leader) return;
        FillPerVoter(static (node, peer) => peer is null ? (node.Counts ? node._durableIndex : 0) : peer.CountedMatch);
        long reached = Configuration.ReachedByMajority(_scratch);
        if (reached <= CommitIndex) return;
        bool known = Log.TryTermAt(reached, out long term);
        Invariant.Holds(known, "what a majority holds is in the leader's log", reached, Log.LastIndex);
        if (term != Term) return;
        CommitIndex = reached;
        ReleaseReadsWaitingForCommit();
        EndRecoveryIfDone();
    }

    /// <summary>Fills the scratch array with one value for each voter; the selector gets null for this node itself.</summary>
    private void FillPerVoter(Func<RaftNode, PeerProgress?, long> valueOf)
    {
        ReadOnlySpan<NodeId> voters = Configuration.Voters;
        for (int i = 0; i < voters.Length; i++) _scratch[i] = valueOf(this, voters[i] == Id ? null : FindPeer(voters[i]));
    }
}
