using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios.Language;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Scenarios;

/// <summary>
/// Carries out a scenario, line by line. Every invariant is checked after every event, as in any run; at the end the clients' history is judged.
/// </summary>
public static class ScenarioRunner
{
    /// <summary>Reads a scenario and carries it out.</summary>
    /// <param name="name">What it is called in messages: the file's name.</param>
    /// <param name="text">The scenario; docs/scenarios.md says how it is written.</param>
    /// <param name="trace">Where everything that happens is written, a line each; null: nowhere.</param>
    /// <exception cref="FormatException">The text is not a scenario; the message names file and line.</exception>
    public static ScenarioResult Run(string name, string text, TextWriter? trace = null)
    {
        try
        {
            return Run(ScenarioParser.Read(name, text), trace is null ? null : new TraceWriter(trace));
        }
        catch (ScenarioSyntaxException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    internal static ScenarioResult Run(Scenario scenario, IWorldWatcher? watcher, IFaultWatcher? faultWatcher = null)
    {
        var run = new ScenarioRun(scenario, watcher, faultWatcher);
        Ending ending = Ending.Passed;
        int line = 0;
        string problem = "";
        try
        {
            ending = run.Do();
        }
        catch (UnrecoverableException lost)
        {
            (ending, line) = (Phases.EndUnrecoverable(run.World, lost.Message), run.Line);
        }
        catch (ViolationException violation)
        {
            (ending, line) = (new Ending(RunVerdict.Violation, violation.Message), run.Line);
        }
        catch (InvariantViolationException broken)
        {
            (ending, line) = (new Ending(RunVerdict.Violation, $"INV {broken.Message}"), run.Line);
        }
        catch (UnmetException unmet)
        {
            (line, problem) = (unmet.Line, unmet.Message);
        }

        SimulatedWorld world = run.World;
        var result = new RunResult(
            scenario.Plan.Seed,
            ending.Verdict,
            ending.Reason,
            world.TraceHash,
            world.Queue.Now,
            world.Events,
            world.Operations,
            world.FaultCount,
            world.History);
        bool isRight = problem.Length == 0 && IsExpected(scenario.ExpectedVerdict, result);
        if (!isRight && problem.Length == 0 && scenario.ExpectedVerdict is { } expected) problem = $"{expected} is expected; {result.Describe()}";
        return new ScenarioResult(scenario.Name, isRight, result, isRight ? 0 : line, problem);
    }

    private static bool IsExpected(string? expected, RunResult result)
    {
        if (expected is null) return result.Verdict == RunVerdict.Passed;
        string[] words = expected.Split(' ');
        bool isKind = string.Equals(words[0], result.Verdict.ToString(), StringComparison.OrdinalIgnoreCase);
        return isKind && (words.Length == 1 || result.Tag == words[1]);
    }
}

/// <summary>A scenario's line does not hold.</summary>
internal sealed class UnmetException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}

/// <summary>One scenario on its way.</summary>
internal sealed class ScenarioRun
{
    private readonly Scenario _scenario;
    private readonly Scene _scene;
    private readonly List<NeverStatement> _never = [];

    public ScenarioRun(Scenario scenario, IWorldWatcher? watcher, IFaultWatcher? faultWatcher)
    {
        _scenario = scenario;
        var tally = new Tally(watcher);
        World = new SimulatedWorld(scenario.Plan, scenario.Script) { Watcher = tally, FaultWatcher = faultWatcher };
        _scene = new Scene(World, tally);
    }

    public SimulatedWorld World { get; }

    /// <summary>The line that is being carried out.</summary>
    public int Line { get; private set; }

    /// <summary>Carries everything out; the answer says what the cluster failed to do in the end, or nothing.</summary>
    public Ending Do()
    {
        foreach (Preset preset in _scenario.Presets) World.Nodes[preset.Node].Preset(preset.Terms, preset.HardState);
        World.Begin(_scenario.DownAtFirst);
        Go(TimeSpan.Zero);
        bool hasFinished = false;
        foreach (Statement statement in _scenario.Statements)
        {
            Line = statement.Line;
            if (statement is FinishStatement finish)
            {
                hasFinished = true;
                if (finish.At is { } end) Go(end - World.Queue.Now);
                foreach ((int node, Aftermath left) in finish.Left) World.LeaveAs(node, left);
                Ending ending = Phases.Finish(World, _scenario.Plan);
                if (ending.Verdict != RunVerdict.Passed) return ending;
                continue;
            }

            if (statement.At is { } at) GoTo(at);
            Carry(statement);
        }

        return hasFinished ? Ending.Passed : Ending.StuckIf(Phases.JudgeHistory(World.History));
    }

    private void Carry(Statement statement)
    {
        switch (statement)
        {
            case DoStatement act:
                World.Perform(act.Step);
                break;
            case WaitStatement wait:
                Go(wait.Duration);
                break;
            case CampaignStatement campaign:
                Campaign(campaign.Node);
                break;
            case ElectStatement elect:
                Elect(elect);
                break;
            case UntilStatement until:
                Await(until.Condition, until.Within);
                break;
            case ExpectStatement expect:
                if (!expect.Condition.Holds(_scene)) throw new UnmetException(Line, $"expected {expect.Condition.Text}; {expect.Condition.Actual(_scene)}");
                break;
            case NeverStatement never:
                _never.Add(never);
                CheckNever();
                break;
            case CountStatement:
                _scene.Tally.Reset();
                break;
            default:
                throw new InvalidOperationException($"unknown statement {statement}");
        }
    }

    /// <summary>Everybody else's wish to be led by whom they heard of last has to be over first.</summary>
    private void Elect(ElectStatement elect)
    {
        RaftOptions raft = _scenario.Plan.Node.Raft;
        foreach (SimulatedNode other in World.Nodes)
        {
            if (other.Position != elect.Node && other.Node is { Raft.IsLeader: false })
                World.Perform(new ClockJumpStep(other.Position, raft.ElectionTimeoutMin - new TimeSpan(1)));
        }

        // The first attempt may only teach the node a later term.
        var leads = new LeaderCondition($"n{elect.Node + 1} leads", elect.Node);
        for (int attempt = 0; attempt < 3 && !leads.Holds(_scene); attempt++)
        {
            long term = TermOf(elect.Node);
            Campaign(elect.Node);
            bool IsDecided() => CheckNever() || leads.Holds(_scene) || (TermOf(elect.Node) > term && World.Nodes[elect.Node].Node?.Raft.Role == Role.Follower);
            World.RunUntil(World.Queue.Now + (raft.ElectionTimeoutMin / 4), IsDecided);
        }

        if (!leads.Holds(_scene)) throw new UnmetException(Line, $"{leads.Text} was tried in vain; {leads.Actual(_scene)}");
    }

    private long TermOf(int node) => World.Nodes[node].Node?.Raft.Term ?? 0;

    private void Campaign(int node) => World.Perform(new ClockJumpStep(node, _scenario.Plan.Node.Raft.ElectionTimeoutMax));

    private void Await(Condition condition, TimeSpan within)
    {
        if (condition.Holds(_scene)) return;
        bool held = World.RunUntil(World.Queue.Now + within, () =>
        {
            CheckNever();
            return condition.Holds(_scene);
        });
        if (!held) throw new UnmetException(Line, $"{Times.Write(within)} have passed without {condition.Text}; {condition.Actual(_scene)}");
    }

    private void GoTo(TimeSpan instant)
    {
        if (instant < World.Queue.Now) throw new UnmetException(Line, $"it is {Times.Write(World.Queue.Now)} already");
        if (instant == World.Queue.Now) return;
        Go(instant - World.Queue.Now - new TimeSpan(1));
        World.AdvanceTo(instant);
    }

    private void Go(TimeSpan time) => World.RunUntil(World.Queue.Now + time, _never.Count == 0 ? null : () => CheckNever());

    private bool CheckNever()
    {
        foreach (NeverStatement never in _never)
        {
            if (never.Condition.Holds(_scene)) throw new UnmetException(never.Line, $"{never.Condition.Text} must never be, and it was at {Times.Write(World.Queue.Now)}");
        }

        return false;
    }
}
