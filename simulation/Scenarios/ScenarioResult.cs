using DEngine.Simulation.Runs;

namespace DEngine.Simulation.Scenarios;

/// <summary>What came out of a scenario.</summary>
/// <param name="Name">The scenario's name.</param>
/// <param name="IsAsExpected">Every line held, and the verdict is the one that is right.</param>
/// <param name="Run">The run.</param>
/// <param name="Line">The line that did not hold; 0: none.</param>
/// <param name="Problem">What did not hold; empty: nothing.</param>
public sealed record ScenarioResult(string Name, bool IsAsExpected, RunResult Run, int Line, string Problem)
{
    /// <summary>What <c>scenario</c> prints.</summary>
    public override string ToString()
    {
        if (IsAsExpected) return $"{Name}: as expected ({Run.Summary})";
        string place = Line > 0 ? $"{Name}:{Line}" : Name;
        return $"{place}: {(Problem.Length > 0 ? Problem : Run.Describe())}";
    }
}
