using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.World;

/// <summary>Where a node's state has turned since it was last looked at: what it had been told before speaks of another world.</summary>
internal sealed class TurningPoints
{
    private long _ledTerm;
    private long _ledCommit;
    private bool _hasCommittedInTerm;
    private NodeId _leader;
    private long _leaderTerm;
    private bool _wasRecovering;

    /// <summary>Whether the node leads and its commit index has moved.</summary>
    public bool HasCommitted(Node node, out Moment moment)
    {
        moment = Moment.FirstCommit;
        RaftNode raft = node.Raft;
        if (!raft.IsLeader) return false;
        if (raft.Term != _ledTerm) (_ledTerm, _ledCommit, _hasCommittedInTerm) = (raft.Term, raft.CommitIndex, false);
        if (raft.CommitIndex <= _ledCommit) return false;
        if (_hasCommittedInTerm) moment = Moment.Commit;
        _hasCommittedInTerm = true;
        _ledCommit = raft.CommitIndex;
        return true;
    }

    /// <summary>Whether the node has ended a recovery, or else follows somebody whom it did not follow.</summary>
    public bool HasTurned(Node node, out Moment moment)
    {
        RaftNode raft = node.Raft;
        bool hasRecovered = _wasRecovering && !raft.IsRecovering;
        bool follows = !raft.IsLeader && !raft.Leader.IsNone && (raft.Leader != _leader || raft.Term != _leaderTerm);
        (_wasRecovering, _leader, _leaderTerm) = (raft.IsRecovering, raft.Leader, raft.Term);
        moment = hasRecovered ? Moment.Recovered : Moment.Follows;
        return hasRecovered || follows;
    }
}
