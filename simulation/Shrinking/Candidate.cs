using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>A run that may still fail: a world, what its disks hold at first, and what is done to it.</summary>
internal sealed record Candidate(RunPlan Plan, IReadOnlyList<Preset> Presets, IReadOnlyList<Decision> Decisions)
{
    public RunScript Script => Decision.Join(Decisions);

    public Candidate Without(int start, int count) => this with { Decisions = [.. Decisions.Take(start), .. Decisions.Skip(start + count)] };

    public Candidate Where(Func<Decision, bool> isKept) => this with { Decisions = [.. Decisions.Where(isKept)] };

    public Candidate Map(Func<Decision, Decision> change) => this with { Decisions = [.. Decisions.Select(change)] };
}
