using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>Writes a plan and what was done to it as a scenario, which does the same again.</summary>
internal static class ScenarioWriter
{
    private const int SettingsPerLine = 4;

    /// <param name="plan">The world.</param>
    /// <param name="presets">What disks hold at first.</param>
    /// <param name="script">What was done to it.</param>
    /// <param name="remarks">Lines of comment to put on top.</param>
    public static string Write(RunPlan plan, IReadOnlyList<Preset> presets, RunScript script, IEnumerable<string> remarks)
    {
        IEnumerable<string> lines = remarks.Select(remark => $"# {remark}")
            .Concat(Settings(plan))
            .Concat(presets.Where(p => p.Terms.Count > 0 || p.HardState != default).Select(WritePreset))
            .Concat(Waiting(plan, script).Select(waiting => waiting.Line))
            .Concat(Timed(plan, script).Select(timed => timed.Line));
        return string.Join('\n', lines.Append(Finish(plan))) + "\n";
    }

    /// <summary>The settings that are not plain, several to a line.</summary>
    public static IEnumerable<string> Settings(RunPlan plan)
    {
        RunPlan plain = PlainPlan.Create();
        IEnumerable<string> settings = PlanSetting.All.Where(s => s.Write(plan) != s.Write(plain)).Select(s => $"{s.Name} {s.Write(plan)}");
        return settings.Chunk(SettingsPerLine).Select(some => string.Join(", ", some));
    }

    /// <summary>What lies in wait for a frame or a new leader, in an order of its own; where such a line stands does not matter.</summary>
    public static IEnumerable<(FrameName? Frame, CrashNewLeaderStep? Leader, string Line)> Waiting(RunPlan plan, RunScript script)
    {
        foreach ((FrameName frame, FrameFate fate) in script.Fates.OrderBy(f => (f.Key.Term, f.Key.From, f.Key.To, f.Key.Kind, f.Key.Ordinal)))
            yield return (frame, null, StepWriter.Write(frame, fate, plan.NodeCount));
        foreach (CrashNewLeaderStep waiting in script.NewLeaders) yield return (null, waiting, StepWriter.Write(waiting));
    }

    /// <summary>The steps, in their order. An operation is numbered where its number is not the next of its client.</summary>
    public static IEnumerable<(TimeSpan At, string Line)> Timed(RunPlan plan, RunScript script)
    {
        var numbers = new Dictionary<int, long>();
        foreach ((TimeSpan at, Step step) in script.Steps)
        {
            string words = StepWriter.Write(step, plan.NodeCount);
            if (step is OperationStep operation)
            {
                bool isNext = operation.Number == numbers.GetValueOrDefault(operation.Client) + 1;
                numbers[operation.Client] = operation.Number;
                if (isNext) words = $"c{operation.Client}{words[words.IndexOf(' ', StringComparison.Ordinal)..]}";
            }

            yield return (at, $"at {Times.Write(at)} {words}");
        }
    }

    /// <summary>The last line.</summary>
    public static string Finish(RunPlan plan)
    {
        IEnumerable<string> left = plan.Aftermath
            .Select((aftermath, node) => (aftermath, node))
            .Where(a => a.aftermath != Aftermath.Whole)
            .Select(a => $" leaving n{a.node + 1} {a.aftermath}");
        return $"at {Times.Write(plan.SafetyPhase)} finish{string.Concat(left)}";
    }

    public static string WritePreset(Preset preset)
    {
        string vote = preset.HardState.VotedFor.IsNone ? "" : $" voted for n{preset.HardState.VotedFor.Value}";
        string log = preset.Terms.Count == 0 ? "" : $" log {TermRuns.Write(preset.Terms)}";
        return $"preset n{preset.Node + 1} term {preset.HardState.Term}{vote}{log}";
    }
}
