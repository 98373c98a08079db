using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Coverage;

/// <summary>What a step is to the node that it befalls; and what is left of a node at the end.</summary>
internal static class StepMeeting
{
    /// <summary>Null: it does nothing by itself, or not at once, or whether it does is to be seen afterwards.</summary>
    public static NodeFault? Read(NodeStep step) => step switch
    {
        CrashStep crash => crash.Unsynced switch
        {
            Unsynced.Stays => NodeFault.Crash,
            Unsynced.Lost => NodeFault.PowerLost,
            Unsynced.Kept => NodeFault.PowerKept,
            Unsynced.Shuffled => NodeFault.PowerShuffled,
            _ => throw new InvalidOperationException($"unknown crash {crash.Unsynced}"),
        },
        PauseStep => NodeFault.Pause,
        SlowStep => NodeFault.Slow,
        WrongEffectStep => NodeFault.GoesWrong,
        MembershipStep => NodeFault.Members,
        WipeStep => NodeFault.Wiped,
        ClockJumpStep => NodeFault.ClockJumps,
        ClockRateStep { Rate: 0 } => NodeFault.ClockStands,
        ClockRateStep { Rate: < 1 } => NodeFault.ClockCrawls,
        ClockRateStep => NodeFault.ClockRaces,
        _ => null,
    };

    /// <summary>Null: it is left whole.</summary>
    public static NodeFault? Read(Aftermath aftermath) => aftermath switch
    {
        Aftermath.Whole => null,
        Aftermath.Down => NodeFault.LeftDown,
        Aftermath.Deaf => NodeFault.LeftDeaf,
        Aftermath.Mute => NodeFault.LeftMute,
        Aftermath.CutOff => NodeFault.LeftCutOff,
        Aftermath.OneLink => NodeFault.LeftOneLink,
        Aftermath.Frozen => NodeFault.LeftFrozen,
        Aftermath.DiskHangs => NodeFault.LeftDiskHangs,
        _ => throw new InvalidOperationException($"unknown aftermath {aftermath}"),
    };

    /// <summary>It meets a machine whose process is down: what was not synced is lost there too.</summary>
    public static bool MeetsMachine(NodeFault fault) => fault is NodeFault.PowerLost or NodeFault.PowerKept or NodeFault.PowerShuffled or NodeFault.Wiped;
}
