using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>
/// Draws in which of the runs whose disks rot they do so just where others need what is there, and while a node is getting back what it has lost.
/// </summary>
internal static class RotDraw
{
    private const double Share = 0.6;

    public static RunPlan Draw(RunPlan plan)
    {
        DeterministicRandom random = new Draws(plan.Seed).Of(Concern.Rot);
        if (plan.Faults.WeightOf(FaultKind.BitRot) == 0 || !random.Chance(Share)) return plan;
        FaultPlan faults = plan.Faults.With(Moment.Sending, 0.3 * random.NextDouble());
        return plan with { Faults = faults with { RotsAgain = random.Chance(0.5) || faults.RotsAgain } };
    }
}
