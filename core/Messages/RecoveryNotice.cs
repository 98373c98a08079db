namespace DEngine.Core;

/// <summary>What a <see cref="RecoveryNotice"/> says.</summary>
public enum RecoveryStep : byte
{
    /// <summary>To a leader: my past is incomplete; up to which index must you bring me?</summary>
    Request = 0,

    /// <summary>From the leader: up to <see cref="RecoveryNotice.Last"/>, where my log ended when I first heard of this recovery.</summary>
    Target = 1,

    /// <summary>To a leader: that recovery is over.</summary>
    Over = 2,

    /// <summary>To everyone, where there is no leader: this is where I stand; and you?</summary>
    Report = 3,

    /// <summary>Answer to <see cref="Report"/>: this is where I stand.</summary>
    Answer = 4,

    /// <summary>
    /// From a leader: my log does not have the entry that you claim to hold as committed. <see cref="RecoveryNotice.Last"/> is what I have at that index, or
    /// where my log ends if it ends before.
    /// </summary>
    Contradiction = 5,

    /// <summary>To a leader: I hold as committed, up to <see cref="RecoveryNotice.Last"/>, what your log has given up (Y6). I do not count.</summary>
    Abandoned = 6,
}

/// <summary>What nodes say to one another about a recovery (docs/recovery.md).</summary>
/// <param name="Term">The sender's term.</param>
/// <param name="Step">What it says.</param>
/// <param name="Id">The recovery that the step is about, drawn anew at each start that begins one; of a report: the question, echoed by its answer.</param>
/// <param name="Last">Where the sender's log ends; of <see cref="RecoveryStep.Target"/>: where it ended then.</param>
/// <param name="Reason">Why the sender is recovering.</param>
/// <param name="KnowsLeader">The sender leads, or has heard from a leader within an election timeout.</param>
/// <param name="Sender">The sender's directory.</param>
public readonly record struct RecoveryNotice(
    long Term, RecoveryStep Step, ulong Id, LogPosition Last, RecoveryReason Reason, bool KnowsLeader, NodeIdentity Sender = default);
