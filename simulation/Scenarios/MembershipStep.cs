using DEngine.Core;

namespace DEngine.Simulation.Scenarios;

/// <summary>An operator asks a node for a change of the members.</summary>
/// <param name="Node">Who is asked.</param>
/// <param name="Changes">What becomes of whom, by position.</param>
internal sealed record MembershipStep(int Node, IReadOnlyList<MemberChange> Changes) : NodeStep(Node);

/// <summary>What becomes of one node, by position.</summary>
internal readonly record struct MemberChange(int Node, MembershipTarget Target);

/// <summary>The process ends, and starts again after a while, on an empty disk.</summary>
internal sealed record WipeStep(int Node, TimeSpan Down) : NodeStep(Node);
