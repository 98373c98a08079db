namespace DEngine.Simulation.World;

/// <summary>What can happen.</summary>
internal enum EventKind : byte
{
    /// <summary>A frame arrives at <c>Node</c> from <c>From</c>; <c>Number</c> is its identity.</summary>
    Deliver,

    /// <summary>As <see cref="Deliver"/>, and the frame was damaged on its way: it must be refused.</summary>
    DeliverDamaged,

    /// <summary>The disk of <c>Node</c> has finished the step it was at.</summary>
    DiskDone,

    /// <summary>The disk of <c>Node</c> has something to do that waited for its time: a sync, or a write that found no room.</summary>
    FlushDue,

    /// <summary><c>Node</c> asked to be called at this time.</summary>
    Wake,

    /// <summary>The pass of <c>Node</c> ends.</summary>
    Pump,

    /// <summary>A client's message arrives at <c>Node</c>; <c>Number</c> is the request.</summary>
    RequestArrives,

    /// <summary>A node's answer arrives at a client; <c>Number</c> is the request.</summary>
    AnswerArrives,

    /// <summary>Client <c>Number</c> asked to be called at this time.</summary>
    ClientWake,

    /// <summary><c>Node</c> starts again.</summary>
    Restart,

    /// <summary>The cut numbered <c>Number</c> heals.</summary>
    Heal,

    /// <summary>The clock of node <c>Number</c> runs at its usual rate again.</summary>
    ClockHeals,

    /// <summary>The disk of node <c>Number</c> has room again.</summary>
    RoomAgain,

    /// <summary><c>Node</c> has done a step at its snapshots.</summary>
    SnapshotStep,

    /// <summary><c>Node</c> hears of what has been done about its snapshots.</summary>
    SnapshotResult,

    /// <summary><c>Node</c> reads the next piece of its log again.</summary>
    LogScrub,

    /// <summary><c>Node</c> reads the next piece of its snapshots again.</summary>
    SnapshotScrub,

    /// <summary>Decides: the next fault is due.</summary>
    Fault,

    /// <summary>Decides: something befalls node <c>Number</c>, leader of term <c>From</c>.</summary>
    Mishap,

    /// <summary>Decides: a fault strikes node <c>Number</c> at a moment that was chosen for it; <c>From</c> is the strike's ordinal.</summary>
    Strike,

    /// <summary>Decides: client <c>Number</c> begins its next operation.</summary>
    ClientBegins,

    /// <summary>Decides: a thread of a caller's reads, or many do.</summary>
    ThreadReads,
}

/// <summary>One thing that is going to happen.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">To which node, by position; -1 for none.</param>
/// <param name="Life">In which life of the node: nothing reaches a node across a crash. -1 when it does not matter.</param>
/// <param name="From">From which node, by position; -1 for none.</param>
/// <param name="Number">See the kinds.</param>
/// <param name="Frame">The frame of a <see cref="EventKind.Deliver"/>.</param>
internal readonly record struct SimulationEvent(EventKind Kind, int Node = -1, int Life = -1, int From = -1, long Number = 0, SimulatedFrame? Frame = null)
{
    /// <summary>
    /// Only the swarm has these: they decide what is done next. What is done is part of the run's trace; that somebody decided it is not, because a
    /// script does the same without deciding.
    /// </summary>
    public bool IsDecision => Kind >= EventKind.Fault;
}
