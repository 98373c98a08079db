namespace DEngine.Core;

/// <summary>What a node is to become.</summary>
public enum MembershipTarget : byte
{
    /// <summary>Gets the log without a vote: how a node joins, and what a voter can be demoted to.</summary>
    Learner = 0,

    /// <summary>Votes. Only a learner that has caught up becomes one (thesis §4.2.1).</summary>
    Voter = 1,

    /// <summary>No member any more.</summary>
    Removed = 2,
}

/// <summary>One node's part in a change; several may change in one, which then goes through a joint configuration (paper §6).</summary>
public readonly record struct MembershipChange(NodeId Node, MembershipTarget Target);

/// <summary>What became of a proposed change.</summary>
public enum MembershipStatus : byte
{
    /// <summary>It is in the leader's log, and in effect there; it is done when that entry, or the one that completes it, is committed.</summary>
    Proposed = 0,

    /// <summary>Nothing to do: every node is what it was to become.</summary>
    Unchanged = 1,

    /// <summary>This node does not lead.</summary>
    NotLeader = 2,

    /// <summary>Another change is not committed yet, or leadership is being handed over. Try again.</summary>
    Busy = 3,

    /// <summary>The leader has committed nothing in its term yet: a change now could be decided beside one of an earlier leader (Z1). Try again.</summary>
    NotReady = 4,

    /// <summary>A node that is no member is to become a voter or to leave: let it join as a learner first.</summary>
    NotMember = 5,

    /// <summary>A learner that is to become a voter is too far behind, or has not been heard from.</summary>
    NotCaughtUp = 6,

    /// <summary>No voter would be left.</summary>
    NoVoterLeft = 7,

    /// <summary>A node is named twice or has no id.</summary>
    Malformed = 8,

    /// <summary>
    /// Of those who would be the voters so many are down, cut off or replaced that nothing could be committed any more: bring them back first, or remove them.
    /// </summary>
    WouldStop = 9,
}
