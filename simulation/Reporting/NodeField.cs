namespace DEngine.Simulation.Reporting;

/// <summary>What is noted of a node. The page knows these by number. Instants are true time in ticks; 0: none, -1: for good.</summary>
internal enum NodeField
{
    /// <summary>See <see cref="NodeFlags"/>.</summary>
    Flags,

    Role,
    Term,
    VotedFor,
    Leader,
    CommitIndex,
    AppliedIndex,
    LastIndex,
    DurableIndex,

    /// <summary>When the lease ends, if the node answers reads by it.</summary>
    LeaseUntil,

    PausedUntil,
    DiskHangsUntil,
    PendingWrites,
    PendingReads,
    TransferTarget,

    /// <summary>Parts of a billion by which the clock is faster than true time since <see cref="ClockSince"/>; minus a billion while it stands.</summary>
    ClockRate,

    ClockSince,

    /// <summary>Clock less true time at <see cref="ClockSince"/>, in ticks.</summary>
    ClockOffset,
}

/// <summary>Yes or no of a node.</summary>
[Flags]
internal enum NodeFlags
{
    None = 0,
    Up = 1,
    DiskIsBusy = 2,
    DiskIsFull = 4,
    DiskHasRotted = 8,

    /// <summary>It has found damage in its log and does not start any more.</summary>
    IsBroken = 16,
}
