namespace DEngine.Simulation.Plans;

/// <summary>What the swarm does to a run, apart from what becomes of single frames.</summary>
public enum FaultKind : byte
{
    /// <summary>A process ends.</summary>
    Crash,

    /// <summary>A machine loses power, with whatever it had not synced.</summary>
    PowerLoss,

    /// <summary>All machines lose power at once.</summary>
    PowerLossOfAll,

    /// <summary>A process ends between two effects of a pass.</summary>
    CrashInPass,

    /// <summary>A process ends before, in the middle of, or after an operation of its disk.</summary>
    CrashAtDisk,

    /// <summary>The nodes fall into two groups.</summary>
    Partition,

    /// <summary>One node is cut off, possibly but for one link.</summary>
    Isolate,

    /// <summary>Two nodes do not hear each other; everybody else hears both.</summary>
    OneLink,

    /// <summary>One node hears nothing, or is not heard.</summary>
    OneWay,

    /// <summary>Any set of links is cut, each direction for itself.</summary>
    PartialMesh,

    /// <summary>Links hold back what they are given, one after the other, and let it go in another order.</summary>
    Clog,

    /// <summary>All links of one node, or those to it, or those from it, hold back what they are given, and let it go when the world has moved on.</summary>
    Stall,

    /// <summary>Frames of long ago arrive again.</summary>
    Echo,

    /// <summary>A process stands still.</summary>
    Pause,

    /// <summary>A process is slow.</summary>
    Slow,

    /// <summary>A clock jumps ahead.</summary>
    ClockJump,

    /// <summary>A clock races, crawls or stands.</summary>
    ClockRate,

    /// <summary>A disk does nothing for a while.</summary>
    DiskHang,

    /// <summary>A disk is full for a while.</summary>
    DiskFull,

    /// <summary>A write or another change of the disk fails.</summary>
    WriteError,

    /// <summary>A sync fails.</summary>
    SyncError,

    /// <summary>A bit of what was synced turns over.</summary>
    BitRot,

    /// <summary>An operator moves leadership.</summary>
    Transfer,

    /// <summary>A command has another effect on one node than elsewhere. Drawn apart from the others, see <see cref="WrongEffectDraw"/>.</summary>
    WrongEffect,

    /// <summary>An operator changes the members. Drawn apart from the others, see <see cref="MembershipDraw"/>.</summary>
    Membership,

    /// <summary>A disk is replaced by an empty one, of a minority at a time. Drawn apart from the others, see <see cref="MembershipDraw"/>.</summary>
    Wipe,
}
