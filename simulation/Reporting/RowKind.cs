namespace DEngine.Simulation.Reporting;

/// <summary>What a row of the report tells. The page knows these by number.</summary>
internal enum RowKind : byte
{
    /// <summary>A frame has arrived at a node.</summary>
    Arrived,

    /// <summary>A damaged frame has arrived at a node, and was refused.</summary>
    Damaged,

    /// <summary>A frame got lost.</summary>
    Lost,

    /// <summary>A node's disk has finished a job.</summary>
    DiskDone,

    /// <summary>A node's timer has fired.</summary>
    Wake,

    /// <summary>A node has ended a pass.</summary>
    Pass,

    /// <summary>A client's request has arrived at a node.</summary>
    Request,

    /// <summary>A node's process starts.</summary>
    Start,

    /// <summary>A node's clock runs at its usual rate again, or its disk has room again.</summary>
    Mended,

    /// <summary>Something was done from outside.</summary>
    Step,

    /// <summary>A client has begun an operation.</summary>
    Begun,

    /// <summary>A client's operation is over.</summary>
    Ended,

    /// <summary>The safety phase is over.</summary>
    Settled,

    /// <summary>The run is over and has been judged.</summary>
    Verdict,

    /// <summary>A step with a node's snapshots is done, or the node hears of what has come of one.</summary>
    Snapshot,
}

/// <summary>One event of a run.</summary>
/// <param name="At">True time.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Node">To which node, by position; -1: none.</param>
/// <param name="Subject">Which frame, step or operation, counted from 0; -1: none.</param>
internal readonly record struct Row(TimeSpan At, RowKind Kind, int Node, int Subject);
