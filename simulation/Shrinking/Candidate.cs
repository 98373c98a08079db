using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;

namespace DEngine.Simulation.Shrinking;

/// <summary>A run that may still fail: a world, what its disks hold at first, and what is done to it.</summary>
internal sealed record Candidate(RunPlan Plan, IReadOnlyList<Preset> Presets, IReadOnlyList<Decision> Decisions)
{
    private const int DecisionCost = 200;
    private const int PresetCost = 40;
    private const int SettingCost = 80;

    public RunScript Script => Decision.Join(Decisions);

    public IEnumerable<Preset> PresetsNotEmpty => Presets.Where(p => p.Terms.Count > 0 || p.HardState != default);

    /// <summary>
    /// What it takes to read this as a scenario: its decisions, presets and settings, and the signs that they are written with. Zeros count half, so that
    /// round numbers are cheaper.
    /// </summary>
    public int Cost()
    {
        string text = ScenarioWriter.Write(Plan, Presets, Script, []);
        int signs = text.Sum(sign => sign switch
        {
            ' ' or '\n' => 0,
            '0' => 1,
            _ => 2,
        });
        return signs + (DecisionCost * Decisions.Count) + (PresetCost * PresetsNotEmpty.Count()) + (SettingCost * SettingsNotPlain().Count);
    }

    public List<PlanSetting> SettingsNotPlain()
    {
        RunPlan plain = PlainPlan.Create();
        return [.. PlanSetting.All.Where(s => s.Write(Plan) != s.Write(plain))];
    }

    public Candidate Where(Func<Decision, bool> isKept) => this with { Decisions = [.. Decisions.Where(isKept)] };

    public Candidate Map(Func<Decision, Decision> change) => this with { Decisions = [.. Decisions.Select(change)] };

    public Candidate Replace(Decision old, Decision changed) => Map(d => ReferenceEquals(d, old) ? changed : d);

    /// <summary>One frame has two fates, which no scenario can say.</summary>
    public bool HasDouble() => Decisions.Where(d => d.Framed is not null).GroupBy(d => d.Framed!.Value.Frame).Any(same => same.Count() > 1);

    public Candidate WithSeed(ulong seed) => this with { Plan = Plan with { Seed = seed } };
}
