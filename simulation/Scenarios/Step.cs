namespace DEngine.Simulation.Scenarios;

/// <summary>
/// One thing that is done to the simulated world from outside, at an instant: a fault, or a client's operation. Says everything about itself, so
/// that a recorded step can be done again. Nodes and clients are named by position, from 0.
/// </summary>
internal abstract record Step
{
    /// <summary>The node or client concerned, by position; -1 for several.</summary>
    public virtual int Subject => -1;
}

/// <summary>A step that befalls one node.</summary>
internal abstract record NodeStep(int Node) : Step
{
    public override int Subject => Node;
}

/// <summary>How long something lasts that nothing ends but another step.</summary>
internal static class Lasting
{
    public static readonly TimeSpan Forever = TimeSpan.FromDays(3650);
}

/// <summary>An operator asks the node to hand leadership over.</summary>
/// <param name="Node">Who is asked.</param>
/// <param name="Target">To whom, by position; -1: to whomever the leader picks.</param>
internal sealed record TransferStep(int Node, int Target) : NodeStep(Node);

/// <summary>Commands of nobody are put into the node's log, if it leads.</summary>
internal sealed record ProposeStep(int Node, int Count) : NodeStep(Node);

/// <summary>An operator asks the node for a snapshot of what it has applied.</summary>
internal sealed record SaveSnapshotStep(int Node) : NodeStep(Node);

/// <summary>The next command that the node applies has another effect there than elsewhere: its memory, or its processor, is at fault.</summary>
internal sealed record WrongEffectStep(int Node) : NodeStep(Node);
