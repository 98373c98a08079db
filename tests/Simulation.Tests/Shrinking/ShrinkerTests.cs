using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Shrinking;

namespace DEngine.Simulation.Tests.Shrinking;

public sealed class ShrinkerTests
{
    /// <summary>Clocks far beyond the bound that leases allow for: reads by lease are stale, and the run fails as it should.</summary>
    [Fact]
    public void A_failing_run_becomes_a_short_scenario_that_fails_in_the_same_way()
    {
        RunPlan plan = FirstThatFails();
        int runs = 0;
        ShrinkResult result = Shrinker.Shrink(plan, () => ++runs > 3000, null);
        Assert.True(result.After * 10 < result.Before, result.ToString());
        Assert.True(result.Lines <= 25, result.Scenario);

        ScenarioResult again = ScenarioRunner.Run("shrunk", result.Scenario);
        Assert.False(again.IsAsExpected);
        Assert.Equal(result.Failure.Verdict, again.Run.Verdict);
        Assert.Equal(result.Failure.Tag, again.Run.Tag);
    }

    [Fact]
    public void A_run_that_passes_is_not_shrunk()
    {
        ShrinkResult result = Shrinker.Shrink(1, () => false);
        Assert.Equal(RunVerdict.Passed, result.Failure.Verdict);
        Assert.Equal("", result.Scenario);
    }

    private static RunPlan FirstThatFails()
    {
        for (ulong seed = 1; seed <= 300; seed++)
        {
            RunPlan drawn = RunPlan.Draw(seed);
            if (drawn.NodeCount == 1) continue;
            TimeSpan timeout = drawn.Node.Raft.ElectionTimeoutMin;
            RunPlan plan = drawn with
            {
                Clocks = new ClockPlan { Drift = 0.5, IsBounded = true },
                Workload = drawn.Workload with { LeaseReads = 0.9 },
                Node = drawn.Node with { Raft = drawn.Node.Raft with { ElectionTimeoutMax = timeout * 1.2, LeaseDuration = timeout * 0.85 } },
            };
            if (Simulator.Run(plan).Verdict == RunVerdict.Violation) return plan;
        }

        throw new InvalidOperationException("leases do not depend on clocks any more?");
    }
}
