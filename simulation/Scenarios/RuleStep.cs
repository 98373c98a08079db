namespace DEngine.Simulation.Scenarios;

/// <summary>What is done to every frame of some links.</summary>
internal enum RuleAction : byte
{
    /// <summary>It is lost.</summary>
    Drop,

    /// <summary>It is held back, until it is released.</summary>
    Hold,

    /// <summary>It arrives, and a copy of it is held back, until it is released.</summary>
    Copy,
}

/// <summary>From now on something is done to every frame of these links.</summary>
/// <param name="Links">Which.</param>
/// <param name="Kind">Only frames of this kind; null: all.</param>
/// <param name="Action">What.</param>
internal sealed record RuleStep(IReadOnlyList<Link> Links, Core.MessageKind? Kind, RuleAction Action) : Step;

/// <summary>The rules for these links end.</summary>
internal sealed record PassStep(IReadOnlyList<Link> Links) : Step;

/// <summary>What is held back on these links arrives now, a tick apart.</summary>
/// <param name="Links">Which.</param>
/// <param name="Kind">Only frames of this kind; null: all.</param>
/// <param name="Count">How many.</param>
/// <param name="LastFirst">In the opposite order.</param>
internal sealed record ReleaseStep(IReadOnlyList<Link> Links, Core.MessageKind? Kind, int Count, bool LastFirst) : Step;

/// <summary>Copies of frames that were sent to the node long ago arrive now, a tick apart, in their order.</summary>
/// <param name="Node">To whom.</param>
/// <param name="Back">How many frames back the first one was sent.</param>
/// <param name="Count">How many arrive.</param>
/// <param name="Kind">Only frames of this kind, and <paramref name="Back"/> counts these; null: all.</param>
internal sealed record EchoStep(int Node, int Back, int Count, Core.MessageKind? Kind = null) : NodeStep(Node);
