namespace DEngine.Core;

/// <summary>What has become of a node's recovery.</summary>
public enum RecoveryStage : byte
{
    /// <summary>It waits for a leader to bring it up to date.</summary>
    Began = 0,

    /// <summary>
    /// A majority of the voters is recovering, so no leader can come about by the rules: entries that were acknowledged may be gone. Said once, when it
    /// is seen.
    /// </summary>
    MajorityLost = 1,

    /// <summary>Every member has reported, and the longest log is to lead: what it does not hold is lost.</summary>
    LossAccepted = 2,

    /// <summary>An operator has ordered the node to go on with what there is.</summary>
    LossOrdered = 3,

    /// <summary>It holds again everything that it may have acknowledged, or that there is, and takes part as before.</summary>
    Ended = 4,

    /// <summary>Peers have given back what damage had taken, and it takes part as before: its log is what it was.</summary>
    Filled = 5,

    /// <summary>
    /// The node holds as committed what the cluster has given up in an accepted loss. It cannot take that back, so it takes part no more; it goes on running,
    /// and is to be replaced (Y6).
    /// </summary>
    Abandoned = 6,

    /// <summary>
    /// Every member has reported, and a learner holds more than any voter: the voters do not give that up by themselves, an operator decides. Said once.
    /// </summary>
    HeldByLearner = 7,
}

/// <summary>A step of a node's recovery, for people.</summary>
/// <param name="Stage">Which.</param>
/// <param name="Reason">Why the node is recovering.</param>
/// <param name="Last">Where its log ends now.</param>
/// <param name="Required">
/// Of an accepted loss: where the longest log reported ends. Of an abandoned node: what the leader has where this node holds something else as committed.
/// Of a learner that holds more: where its log ends.
/// </param>
public readonly record struct RecoveryEvent(RecoveryStage Stage, RecoveryReason Reason, LogPosition Last, LogPosition Required);
