namespace DEngine.Simulation.Coverage;

/// <summary>What one run has met.</summary>
/// <param name="Seed">Of the run.</param>
/// <param name="Counts">How often it has met each <see cref="Cell"/>.</param>
/// <param name="States">The abstract states of the cluster that it has been in, each once, in the order in which they came.</param>
/// <param name="Transitions">The steps from one of them to another, likewise.</param>
internal sealed record SeedCoverage(ulong Seed, int[] Counts, IReadOnlyList<ulong> States, IReadOnlyList<ulong> Transitions);
