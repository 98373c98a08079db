using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios;

/// <summary>A client begins an operation; while it is at an earlier one, this one waits its turn.</summary>
/// <param name="Client">Which.</param>
/// <param name="Number">Of the operation; names the stream that its routing is drawn from.</param>
/// <param name="Function">What is to be done.</param>
/// <param name="Key">With which key; of a scan: what the keys begin with.</param>
internal sealed record OperationStep(int Client, long Number, ClientFunction Function, string Key) : Step
{
    public override int Subject => Client;

    /// <summary>What is written or appended; unique in the run.</summary>
    public string Value { get; init; } = "";

    /// <summary>A read's or a scan's promise.</summary>
    public Core.ReadConsistency Consistency { get; init; } = Core.ReadConsistency.Linearizable;

    /// <summary>A read or scan that goes to a node which does not lead, if there is one.</summary>
    public bool FromFollower { get; init; }

    /// <summary>What a compare-and-swap expects; null: what the client read last of the key, or absence.</summary>
    public string? Expected { get; init; }

    /// <summary>Through the session of the node instead of one of the client's own.</summary>
    public bool ThroughNode { get; init; }

    /// <summary>The node to ask, by position, and no other; null: the client chooses, and tries another one when it gets nowhere.</summary>
    public int? Via { get; init; }
}
