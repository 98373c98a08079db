using DEngine.Simulation.Checking;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Shrinking;

/// <summary>
/// Writes what is left of a run as a scenario that can be read from top to bottom: each line stands where what it says happens, and remarks between them say
/// who was elected, whose process ended and what clients were told.
/// </summary>
internal sealed class Story : IWorldWatcher
{
    private const int LinesMax = 25;
    private const int RemarkWidth = 140;
    private const int ReasonLinesMax = 3;

    private readonly Candidate _candidate;
    private readonly List<(TimeSpan At, string Line)> _notes = [];
    private readonly HashSet<(int Node, long Term)> _leaders = [];
    private readonly Dictionary<FrameName, TimeSpan> _sent = [];
    private readonly Dictionary<CrashNewLeaderStep, TimeSpan> _struck = [];
    private readonly HashSet<int> _up = [];
    private bool _isSettled;

    private Story(Candidate candidate) => _candidate = candidate;

    /// <summary>Writes it.</summary>
    /// <param name="candidate">What is left.</param>
    /// <param name="remark">The first line.</param>
    /// <param name="run">The scenario's own run.</param>
    public static string Tell(Candidate candidate, string remark, out RunResult run)
    {
        var story = new Story(candidate);
        Scenario scenario = ScenarioParser.Read("shrunk", ScenarioWriter.Write(candidate.Plan, candidate.Presets, candidate.Script, []));
        run = ScenarioRunner.Run(scenario, story).Run;
        return story.Write(remark, run);
    }

    public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        if (node.Node is not null) _up.Add(node.Position);
        else if (_up.Remove(node.Position) && happened != EventKind.Fault) Note(now, $"the process of {node.Id} ends");
        if (node.Node is { Raft: { IsLeader: true } raft } && _leaders.Add((node.Position, raft.Term))) Note(now, $"{node.Id} leads term {raft.Term}");
    }

    public void OnSent(in SentFrame frame, ReadOnlySpan<byte> bytes) => _sent.TryAdd(frame.Name, frame.At);

    public void OnStep(TimeSpan now, Scenarios.Step step)
    {
        if (step is CrashNewLeaderStep waiting) _struck.TryAdd(waiting, now);
    }

    public void OnEnded(TimeSpan now, OperationStep operation, string outcome) =>
        Note(now, $"c{operation.Client} has its answer: {Outcomes.Write(Enum.Parse<HistoryEventType>(outcome))}");

    public void OnSettled(TimeSpan now) => _isSettled = true;

    private void Note(TimeSpan now, string what)
    {
        if (!_isSettled) _notes.Add((now, $"# {Clock(now)}: {what}"));
    }

    private string Write(string remark, RunResult run)
    {
        List<string> top = [$"# {remark}", .. Verdict(run)];
        top.AddRange(ScenarioWriter.Settings(_candidate.Plan));
        top.AddRange(_candidate.PresetsNotEmpty.Select(ScenarioWriter.WritePreset));
        RunScript script = _candidate.Script;
        List<(TimeSpan At, string Line)> lines = [.. ScenarioWriter.Waiting(_candidate.Plan, script).Select(w => (WhenOf(w.Frame, w.Leader), w.Line))];
        lines.AddRange(ScenarioWriter.Timed(_candidate.Plan, script));
        lines.Add((_candidate.Plan.SafetyPhase, ScenarioWriter.Finish(_candidate.Plan)));
        int spare = Math.Max(0, LinesMax - top.Count - lines.Count);
        lines.AddRange(_notes.TakeLast(spare));
        return string.Join('\n', top.Concat(lines.OrderBy(line => line.At).Select(line => line.Line))) + "\n";
    }

    private TimeSpan WhenOf(FrameName? frame, CrashNewLeaderStep? leader)
    {
        if (frame is { } named) return _sent.GetValueOrDefault(named);
        return leader is null ? TimeSpan.Zero : _struck.GetValueOrDefault(leader);
    }

    /// <summary>When and why it fails, in lines that are not too long; what a long reason says at its end is about everybody else.</summary>
    private static IEnumerable<string> Verdict(RunResult run)
    {
        string[] words = $"{Clock(run.SimulatedTime)}: {run.Verdict.ToString().ToUpperInvariant()} {run.Reason.Split('\n')[0]}".Split(' ');
        string line = "#";
        int lines = 0;
        foreach (string word in words)
        {
            if (line.Length + word.Length >= RemarkWidth)
            {
                if (++lines == ReasonLinesMax)
                {
                    yield return $"{line} ...";
                    yield break;
                }

                yield return line;
                line = "#";
            }

            line += $" {word}";
        }

        yield return line;
    }

    /// <summary>To a tenth of a millisecond.</summary>
    private static string Clock(TimeSpan now) => Times.Write(TimeSpan.FromMilliseconds(Math.Round(now.TotalMilliseconds, 1)));
}
