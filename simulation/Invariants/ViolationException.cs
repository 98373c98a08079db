namespace DEngine.Simulation.Invariants;

/// <summary>A promise was broken: what, where and, in the run's result, when. The message begins with the checker's name (docs/invariants.md).</summary>
internal sealed class ViolationException(string message) : Exception(message);
