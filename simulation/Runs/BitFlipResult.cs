namespace DEngine.Simulation.Runs;

/// <summary>One run with one bit that has turned over.</summary>
/// <param name="Run">How all checkers have judged it.</param>
/// <param name="Outcome">What a start right afterwards would have made of it.</param>
/// <param name="File">Which file it was in.</param>
public sealed record BitFlipResult(RunResult Run, BitFlipOutcome Outcome, string File);
