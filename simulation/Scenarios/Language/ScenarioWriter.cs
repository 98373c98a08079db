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
        var lines = new List<string>();
        lines.AddRange(remarks.Select(remark => $"# {remark}"));
        RunPlan plain = PlainPlan.Create();
        List<string> settings = [.. PlanSetting.All.Where(s => s.Write(plan) != s.Write(plain)).Select(s => $"{s.Name} {s.Write(plan)}")];
        foreach (string[] some in settings.Chunk(SettingsPerLine)) lines.Add(string.Join(", ", some));
        lines.AddRange(presets.Where(p => p.Terms.Count > 0 || p.HardState != default).Select(WritePreset));
        foreach ((FrameName frame, FrameFate fate) in script.Fates.OrderBy(f => (f.Key.Term, f.Key.From, f.Key.To, f.Key.Kind, f.Key.Ordinal)))
            lines.Add(StepWriter.Write(frame, fate, plan.NodeCount));
        foreach (CrashNewLeaderStep waiting in script.NewLeaders) lines.Add(StepWriter.Write(waiting));
        foreach ((TimeSpan at, Step step) in script.Steps) lines.Add($"at {Times.Write(at)} {StepWriter.Write(step)}");
        IEnumerable<string> left = plan.Aftermath
            .Select((aftermath, node) => (aftermath, node))
            .Where(a => a.aftermath != Aftermath.Whole)
            .Select(a => $" leaving n{a.node + 1} {a.aftermath}");
        lines.Add($"at {Times.Write(plan.SafetyPhase)} finish{string.Concat(left)}");
        return string.Join('\n', lines) + "\n";
    }

    private static string WritePreset(Preset preset)
    {
        string vote = preset.HardState.VotedFor.IsNone ? "" : $" voted for n{preset.HardState.VotedFor.Value}";
        string log = preset.Terms.Count == 0 ? "" : $" log {TermRuns.Write(preset.Terms)}";
        return $"preset n{preset.Node + 1} term {preset.HardState.Term}{vote}{log}";
    }
}
