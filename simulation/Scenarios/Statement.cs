using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios;

/// <summary>One line of a scenario that is carried out in its turn.</summary>
/// <param name="Line">Where it is written, from 1.</param>
/// <param name="At">Time moves on to this instant first; null: now.</param>
internal abstract record Statement(int Line, TimeSpan? At);

/// <summary>Does something to the world.</summary>
internal sealed record DoStatement(int Line, TimeSpan? At, Step Step) : Statement(Line, At);

/// <summary>Makes a node campaign, and waits until it leads.</summary>
internal sealed record ElectStatement(int Line, TimeSpan? At, int Node) : Statement(Line, At);

/// <summary>Makes a node campaign: its clock jumps to the end of its election timeout.</summary>
internal sealed record CampaignStatement(int Line, TimeSpan? At, int Node) : Statement(Line, At);

/// <summary>Frames and new leaders are counted from here.</summary>
internal sealed record CountStatement(int Line, TimeSpan? At) : Statement(Line, At);

/// <summary>
/// Ends the scenario as a run of the swarm ends: what is broken heals but for the aftermath, the cluster must make progress, come to rest and stay in
/// peace.
/// </summary>
internal sealed record FinishStatement(int Line, TimeSpan? At, IReadOnlyDictionary<int, Aftermath> Left) : Statement(Line, At);
