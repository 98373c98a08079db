namespace DEngine.Simulation.World;

/// <summary>What can happen.</summary>
internal enum EventKind : byte
{
    /// <summary>A frame arrives at <c>Node</c> from <c>From</c>.</summary>
    Deliver,

    /// <summary>The disk of <c>Node</c> has finished the job it was at.</summary>
    DiskDone,

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

    /// <summary>The next fault is due.</summary>
    Fault,

    /// <summary>Something befalls the new leader <c>Number</c>, by position.</summary>
    Mishap,

    /// <summary><c>Node</c> starts again.</summary>
    Restart,

    /// <summary>The partition numbered <c>Number</c> heals.</summary>
    Heal,
}

/// <summary>One thing that is going to happen.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">To which node, by position; -1 for none.</param>
/// <param name="Life">In which life of the node: nothing reaches a node across a crash. -1 when it does not matter.</param>
/// <param name="From">From which node, by position; -1 for none.</param>
/// <param name="Number">See the kinds.</param>
/// <param name="Bytes">The frame of a <see cref="EventKind.Deliver"/>.</param>
internal readonly record struct SimulationEvent(EventKind Kind, int Node = -1, int Life = -1, int From = -1, long Number = 0, byte[]? Bytes = null);
