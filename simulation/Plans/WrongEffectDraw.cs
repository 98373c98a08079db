using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws how often states are compared, and in which runs one node's goes wrong.</summary>
internal static class WrongEffectDraw
{
    /// <summary>Share of the runs of three nodes or more in which a command has another effect on one of them.</summary>
    private const double Share = 0.08;

    public static RunPlan Draw(RunPlan plan)
    {
        DeterministicRandom random = new Draws(plan.Seed).Of(Concern.WrongEffect);
        plan = plan with { Node = plan.Node with { DigestInterval = plan.Node.Raft.ElectionTimeoutMin * (0.2 + (1.5 * random.NextDouble())) } };
        if (plan.NodeCount < 3 || !random.Chance(Share) || plan.Faults.SparesProcesses) return plan;

        // The node that stops is gone for good, so nobody else may be, nor lack what it has acknowledged.
        return plan with
        {
            Disk = plan.Disk with { Flush = null },
            Faults = plan.Faults.With(FaultKind.BitRot, 0).With(FaultKind.WrongEffect, 1 + (plan.Faults.TotalWeight / 4)),
            Aftermath = new Aftermath[plan.NodeCount],
        };
    }
}
