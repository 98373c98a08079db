namespace DEngine.Simulation.Invariants;

/// <summary>What was acknowledged is gone, by design and not in silence: the run ends here.</summary>
internal sealed class UnrecoverableException(string message) : Exception(message);
