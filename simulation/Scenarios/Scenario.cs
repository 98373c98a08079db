using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios;

/// <summary>A scenario as read from its text: a world, and what is done to it and expected of it, in order.</summary>
internal sealed class Scenario
{
    /// <summary>What the text is called in messages: the file's name.</summary>
    public required string Name { get; init; }

    public required RunPlan Plan { get; init; }

    /// <summary>What nodes hold before they first start.</summary>
    public List<Preset> Presets { get; } = [];

    /// <summary>Nodes that do not start by themselves, by position.</summary>
    public HashSet<int> DownAtFirst { get; } = [];

    /// <summary>Frames that do not simply arrive, and what waits for a new leader.</summary>
    public RunScript Script { get; } = new();

    /// <summary>What happens, in order.</summary>
    public List<Statement> Statements { get; } = [];

    /// <summary>The verdict that is right, such as <c>violation LIN</c>; null: passed.</summary>
    public string? ExpectedVerdict { get; set; }
}

/// <summary>What one node holds before it first starts.</summary>
/// <param name="Node">By position.</param>
/// <param name="Terms">Of its entries, by index from 1.</param>
/// <param name="HardState">Term and vote.</param>
internal sealed record Preset(int Node, IReadOnlyList<long> Terms, HardState HardState);
