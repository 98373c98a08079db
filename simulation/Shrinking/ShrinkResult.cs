using System.Globalization;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.Shrinking;

/// <summary>How far a failing run could be shrunk.</summary>
/// <param name="Seed">The seed of the failing run.</param>
/// <param name="Failure">The failing run itself.</param>
/// <param name="Scenario">What is left, as a scenario that fails in the same way; empty when the seed does not fail.</param>
/// <param name="Before">Decisions in the failing run.</param>
/// <param name="After">Decisions in the scenario.</param>
/// <param name="Runs">Runs that were tried.</param>
public sealed record ShrinkResult(ulong Seed, RunResult Failure, string Scenario, int Before, int After, int Runs)
{
    /// <summary>Lines of the scenario that are not remarks.</summary>
    public int Lines => Scenario.Split('\n').Count(line => line.Length > 0 && line[0] != '#');

    /// <summary>What <c>shrink</c> prints.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"seed {Seed}: {Before} decisions before, {After} after, in {Lines} lines; {Runs} runs tried");
}
