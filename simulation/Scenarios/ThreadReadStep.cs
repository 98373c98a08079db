using DEngine.Core;

namespace DEngine.Simulation.Scenarios;

/// <summary>A step within a pass at which callers' threads may look at what is published.</summary>
internal enum PassPoint : byte
{
    /// <summary>Between two passes.</summary>
    Rest,

    /// <summary>A frame has been sent, and may be on the wire.</summary>
    Send,

    /// <summary>An entry is about to be applied.</summary>
    Apply,

    /// <summary>A run of entries has been applied, and is about to be published.</summary>
    Publish,

    /// <summary>A run of entries has been published, and those who wait for it are about to be answered.</summary>
    Answer,
}

/// <summary>
/// A caller's thread reads a key at a node, as the gate of reads admits it: in the next pass that comes to a point, which stands still there for a while first,
/// with everything that it has sent on the wire.
/// </summary>
/// <param name="Node">Which.</param>
/// <param name="Consistency">By lease, or eventual.</param>
/// <param name="Key">What is read.</param>
/// <param name="Point">Where in the pass.</param>
internal sealed record ThreadReadStep(int Node, ReadConsistency Consistency, string Key, PassPoint Point) : NodeStep(Node)
{
    /// <summary>The how manieth time in the pass; from 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How long the pass stands still there first, while the others go on.</summary>
    public TimeSpan Stall { get; init; }
}

/// <summary>A linearizable read of nobody is asked for in each of the node's next passes, which follow without a pause, as long as it leads.</summary>
/// <param name="Node">Which.</param>
/// <param name="Count">How many passes.</param>
internal sealed record ReadStormStep(int Node, int Count) : NodeStep(Node);
