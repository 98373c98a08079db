using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;
using DEngine.Storage;
using Step = DEngine.Simulation.Scenarios.Step;

namespace DEngine.Simulation.Tests.Scenarios;

public sealed class RoundTripTests
{
    private static readonly Link[] Links = [new(0, 1), new(1, 0), new(2, 0)];
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(7.25);

    /// <summary>Of each kind of step, and of each way in which it is written.</summary>
    private static readonly Step[] Steps =
    [
        new CrashStep(0, Unsynced.Stays, Lasting.Forever),
        new CrashStep(0, Unsynced.Lost, Time),
        new CrashStep(1, Unsynced.Kept, Time),
        new CrashStep(2, Unsynced.Shuffled, Time),
        new CrashInPassStep(1, 4, Time),
        new CrashNewLeaderStep(1, 3, 2, Time),
        new RestartStep(2),
        new DiskFaultStep(0, DiskFaultKind.CrashBefore, null, 3, 0, Time),
        new DiskFaultStep(0, DiskFaultKind.CrashDuring, DiskOperationKind.Write, 1, 40, Time),
        new DiskFaultStep(0, DiskFaultKind.CrashAfter, DiskOperationKind.Rename, 1, 0, Lasting.Forever),
        new DiskFaultStep(0, DiskFaultKind.IoError, DiskOperationKind.SyncDirectory, 2, 0, Time),
        new DiskFaultStep(1, DiskFaultKind.Full, DiskOperationKind.Write, 2, 77, Time),
        new DiskHangStep(0, Time),
        new DiskHangStep(1, Time, DiskPart.Log),
        new DiskHangStep(2, Lasting.Forever, DiskPart.Snapshots),
        new DiskFullStep(1, 0, Time),
        new DiskFullStep(1, 4000, Time),
        new BitRotStep(2, 1234567890123456789),
        new PauseStep(0, Lasting.Forever),
        new ResumeStep(0),
        new SlowStep(1, 30, Time),
        new ClockJumpStep(0, Time),
        new ClockRateStep(0, 0, Time),
        new ClockRateStep(0, 1.0000000000000002, Time),
        new TransferStep(0, -1),
        new TransferStep(0, 2),
        new ProposeStep(0, 5),
        new SaveSnapshotStep(2),
        new WrongEffectStep(1),
        new CutStep(Links, Time),
        new CutStep([], Time),
        new ClogStep(Links, Time),
        new ClogStep([], Time),
        new HealStep(),
        new EchoStep(1, 30, 4),
        new EchoStep(1, 3, 1, MessageKind.TimeoutNow),
        new RuleStep(Links, null, RuleAction.Drop),
        new RuleStep(Links, MessageKind.AppendRequest, RuleAction.Hold),
        new RuleStep(Links, MessageKind.TimeoutNow, RuleAction.Copy),
        new MembershipStep(1, [new MemberChange(0, MembershipTarget.Learner), new MemberChange(2, MembershipTarget.Removed)]),
        new WipeStep(2, TimeSpan.FromMilliseconds(7)),
        new WipeStep(2, Lasting.Forever),
        new PassStep(Links),
        new ThreadReadStep(1, ReadConsistency.Lease, "x", PassPoint.Apply) { Count = 2, Stall = Time },
        new ThreadReadStep(0, ReadConsistency.Eventual, "x", PassPoint.Rest),
        new ReadStormStep(2, 300),
        new ReleaseStep(Links, null, int.MaxValue, LastFirst: false),
        new ReleaseStep(Links, MessageKind.VoteRequest, 2, LastFirst: true),
    ];

    private static readonly OperationStep[] Operations =
    [
        new(0, 1, ClientFunction.Read, "x"),
        new(0, 2, ClientFunction.Read, "x") { Consistency = ReadConsistency.Lease, Via = 1 },
        new(1, 7, ClientFunction.Write, "x") { Value = "a", ThroughNode = true },
        new(1, 8, ClientFunction.Write, "x") { Value = "a.......", Via = 0 },
        new(1, 9, ClientFunction.Cas, "x") { Value = "b" },
        new(1, 10, ClientFunction.Cas, "x") { Value = "b", Expected = "a" },
        new(1, 11, ClientFunction.Delete, "x"),
        new(1, 12, ClientFunction.Append, "x") { Value = "1-12;" },
        new(1, 13, ClientFunction.Add, "count0") { ThroughNode = true },
        new(0, 14, ClientFunction.Scan, "") { Consistency = ReadConsistency.Eventual, FromFollower = true },
        new(0, 15, ClientFunction.Scan, "k") { Consistency = ReadConsistency.Lease },
        new(0, 16, ClientFunction.Read, "x") { Consistency = ReadConsistency.Eventual, Via = 0 },
    ];

    [Fact]
    public void A_drawn_run_that_is_written_as_a_scenario_and_read_back_is_the_same_run()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            RunPlan plan = RunPlan.Draw(seed);
            var recording = new RunScript();
            RunResult drawn = Simulator.Run(plan, new RunOptions { Recording = recording });
            string text = ScenarioWriter.Write(plan, [], recording, ["a drawn run"]);
            ScenarioResult read = ScenarioRunner.Run($"seed {seed}", text);
            Assert.Equal($"seed {seed}: {drawn.Summary}", $"seed {seed}: {read.Run.Summary}");
            Assert.Equal(drawn.Describe(), read.Run.Describe());
        }
    }

    [Fact]
    public void A_scenario_that_is_written_again_has_the_same_text()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            RunPlan plan = RunPlan.Draw(seed);
            var recording = new RunScript();
            Simulator.Run(plan, new RunOptions { Recording = recording });
            string text = ScenarioWriter.Write(plan, [], recording, []);
            Scenario scenario = ScenarioParser.Read("again", text);
            foreach (PlanSetting setting in PlanSetting.All) Assert.Equal($"{setting.Name} {setting.Write(plan)}", $"{setting.Name} {setting.Write(scenario.Plan)}");
            Assert.Equal(recording.Fates, scenario.Script.Fates);
            Assert.Equal(recording.NewLeaders, scenario.Script.NewLeaders);
            IEnumerable<TimedStep> steps = scenario.Statements.OfType<DoStatement>().Select(done => new TimedStep(done.At ?? TimeSpan.Zero, done.Step));
            Assert.Equal(recording.Steps.Select(Text), steps.Select(Text));
        }
    }

    [Fact]
    public void Every_step_reads_back_as_it_was_written()
    {
        RunPlan plan = PlainPlan.Create();
        foreach (Step step in Steps)
        {
            string text = StepWriter.Write(step);
            Step? back = new StepParser(plan).TryRead(new Words("test", 1, text));
            Assert.Equal(step.GetType(), back?.GetType());
            Assert.Equal(text, StepWriter.Write(back!));
        }
    }

    [Fact]
    public void Every_operation_reads_back_as_it_was_written()
    {
        RunPlan plan = PlainPlan.Create() with { Workload = PlainPlan.Create().Workload with { ClientCount = 2 } };
        foreach (OperationStep operation in Operations)
        {
            var words = new Words("test", 1, StepWriter.Write(operation));
            Assert.Equal(operation, Assert.Single(new OperationParser(plan).TryRead(words)!));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9_999_999)]
    [InlineData(10_000_001)]
    [InlineData(123_456_789_012)]
    public void Every_time_reads_back_as_it_was_written(long ticks)
    {
        Assert.True(Times.TryRead(Times.Write(new TimeSpan(ticks)), out TimeSpan back));
        Assert.Equal(ticks, back.Ticks);
    }

    private static string Text(TimedStep step) => $"at {Times.Write(step.At)} {StepWriter.Write(step.Step)}";
}
