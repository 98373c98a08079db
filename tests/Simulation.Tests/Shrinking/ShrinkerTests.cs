using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;
using DEngine.Simulation.Shrinking;
using Step = DEngine.Simulation.Scenarios.Step;

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

    /// <summary>It failed at the tenth of a microsecond, and rounding its end was undone by cutting the run off where it fails.</summary>
    [Fact]
    public void The_end_of_a_shrunk_run_is_a_round_instant_behind_the_failure()
    {
        int runs = 0;
        ShrinkResult result = Shrinker.Shrink(FirstThatFails(), () => ++runs > 3000, null);
        Scenario scenario = ScenarioParser.Read("shrunk", result.Scenario);
        TimeSpan end = scenario.Statements[^1].At!.Value;
        Assert.Equal(0, end.Ticks % TimeSpan.FromMilliseconds(10).Ticks);
        Assert.True(ScenarioRunner.Run("shrunk", result.Scenario).Run.SimulatedTime < end);
    }

    [Fact]
    public void The_remarks_on_top_are_about_the_shrunk_run_itself()
    {
        int runs = 0;
        ShrinkResult result = Shrinker.Shrink(FirstThatFails(), () => ++runs > 3000, null);
        RunResult run = ScenarioRunner.Run("shrunk", result.Scenario).Run;
        string top = string.Join(' ', result.Scenario.Split('\n').TakeWhile(line => line.StartsWith('#')).Select(line => line[2..]));
        Assert.Contains($"VIOLATION {run.Reason.Split('\n')[0]}", top, StringComparison.Ordinal);
    }

    /// <summary>Of what went wrong with nothing done to the world no decision was left, and the shrinker failed for want of a last client.</summary>
    [Fact]
    public void Nothing_but_a_world_can_be_left_of_a_run()
    {
        RunPlan plan = FirstThatFails();
        int runs = 0;
        RunResult failure = Simulator.Run(plan);
        var attempts = new Attempts(failure, new Candidate(plan, [], []), () => ++runs > 50, null);
        var omissions = new Omissions(attempts);
        omissions.Systematic();
        omissions.AtRandom();
        Assert.Empty(attempts.Best.Decisions);
    }

    /// <summary>Most failures owe nothing to snapshots: whoever reads the scenario need not think of them then.</summary>
    [Fact]
    public void A_world_in_which_no_snapshot_is_due_is_tried_first()
    {
        RunPlan plan = Enumerable.Range(1, 50).Select(seed => RunPlan.Draw((ulong)seed)).First(SimplerWorlds.HasSnapshots);
        Assert.False(SimplerWorlds.HasSnapshots(SimplerWorlds.Of(plan)[0]));
        Assert.Contains(SimplerWorlds.Of(plan), SimplerWorlds.HasSnapshots);
        Assert.Contains(QuieterPlans.Of(plan), quieter => quieter == SimplerWorlds.WithoutSnapshots(plan));
        Assert.DoesNotContain("snapshot", ScenarioWriter.Write(SimplerWorlds.Of(plan)[0], [], new RunScript(), []), StringComparison.Ordinal);
    }

    /// <summary>Rounded alone, the second of two steps of one instant came to stand before the first one.</summary>
    [Fact]
    public void Rounding_keeps_the_order_of_steps_of_one_instant()
    {
        Decision[] steps = [At(14, new CrashStep(0, Unsynced.Stays, Lasting.Forever)), At(14, new RestartStep(0)), At(16, new PauseStep(1, Lasting.Forever))];
        var candidate = new Candidate(PlainPlan.Create(), [], steps);
        for (int place = 0; place < steps.Length; place++)
        {
            foreach (Candidate round in Timing.Rounded(candidate, place, 10))
            {
                IEnumerable<TimeSpan> instants = round.Decisions.Select(d => d.Timed!.Value.At);
                Assert.Equal(instants.Order(), instants);
                Assert.Equal(steps.Select(d => d.Timed!.Value.Step), round.Decisions.Select(d => d.Timed!.Value.Step));
            }
        }

        static Decision At(int milliseconds, Step step) => new() { Timed = new TimedStep(TimeSpan.FromMilliseconds(milliseconds), step) };
    }

    /// <summary>A scenario starts its nodes first; a script did what it says before they ran, so that what failed as a script passed as a scenario.</summary>
    [Fact]
    public void A_step_at_the_very_beginning_does_the_same_in_a_run_and_in_its_scenario()
    {
        var script = new RunScript();
        script.Steps.Add(new TimedStep(TimeSpan.Zero, new CrashStep(0, Unsynced.Lost, TimeSpan.FromMilliseconds(300))));
        RunPlan plan = PlainPlan.Create();
        RunResult run = Simulator.Run(plan, new RunOptions { Script = script });
        ScenarioResult scenario = ScenarioRunner.Run("beginning", ScenarioWriter.Write(plan, [], script, []));
        Assert.Equal(run.Summary, scenario.Run.Summary);
    }

    [Theory]
    [InlineData("LIVE no progress within 3.5 s after healing: n1 Leader", "LIVE no progress within 7 s after healing: n2 down", true)]
    [InlineData("LIVE no progress within 3.5 s after healing: n1 Leader", "LIVE not at rest within 7 s of quiet: n2 down", false)]
    [InlineData("LIVE n3 was to lead and does not: n1 Leader", "LIVE n1 was to lead and does not: n1 down", true)]
    [InlineData("INV n1: a sequence is applied once (X2) (1, 1)", "INV n2: a sequence is applied once (X2) (4, 7)", true)]
    [InlineData("INV n1: a sequence is applied once (X2) (1, 1)", "INV n1: terms do not fall (E1) (1, 1)", false)]
    [InlineData("CI n1 committed 4:44 where 5:44 was committed before", "CI n2 committed 2:2 where 3:2 was committed before", true)]
    public void A_failure_is_the_same_when_it_breaks_the_same_promise(string one, string other, bool isSame)
    {
        RunResult passed = Simulator.Run(PlainPlan.Create());
        Assert.Equal(isSame, FailureKind.Of(passed with { Reason = one }) == FailureKind.Of(passed with { Reason = other }));
    }

    [Theory]
    [InlineData("isolate n2")]
    [InlineData("deafen n1")]
    [InlineData("silence n3")]
    [InlineData("cut n1 n2 | n3 n4 n5")]
    [InlineData("isolate n4 but n2")]
    [InlineData("cut n1>n2 n3<>n5")]
    public void A_cut_is_written_by_its_shape(string words)
    {
        RunPlan plan = PlainPlan.Create() with { NodeCount = 5, Aftermath = new Aftermath[5] };
        Step step = new StepParser(plan).TryRead(new Words("test", 1, words))!;
        Assert.Equal(words, StepWriter.Write(step, 5));
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
