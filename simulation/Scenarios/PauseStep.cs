namespace DEngine.Simulation.Scenarios;

/// <summary>The process is stopped for a while; it lives and its memory stays.</summary>
internal sealed record PauseStep(int Node, TimeSpan Duration) : NodeStep(Node);

/// <summary>A process that stood still goes on.</summary>
internal sealed record ResumeStep(int Node) : NodeStep(Node);

/// <summary>The process gets little of its processor for a while.</summary>
/// <param name="Node">Which.</param>
/// <param name="Factor">How many times as long everything takes.</param>
/// <param name="Duration">For how long.</param>
internal sealed record SlowStep(int Node, int Factor, TimeSpan Duration) : NodeStep(Node);
