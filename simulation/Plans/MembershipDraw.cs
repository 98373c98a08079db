using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws in which runs the cluster is yet to be formed, the members change, and disks are wiped.</summary>
internal static class MembershipDraw
{
    public static RunPlan Draw(RunPlan plan)
    {
        DeterministicRandom random = new Draws(plan.Seed).Of(Concern.Membership);
        plan = plan with { IsForming = random.Chance(0.25) };
        bool changes = random.Chance(0.3);
        bool wipes = random.Chance(changes ? 0.6 : 0.1);
        if (!(changes || wipes) || plan.NodeCount < 3 || plan.Faults.SparesProcesses || plan.Faults.WeightOf(FaultKind.WrongEffect) > 0) return plan;

        // Who is gone for good, by a wipe or because it was removed, is enough to be missing at a time.
        int share = 2 + (plan.Faults.TotalWeight / 3);
        FaultPlan faults = plan.Faults.With(FaultKind.BitRot, 0);
        if (changes) faults = faults.With(FaultKind.Membership, 1 + (int)random.Next(share * 3));
        if (wipes) faults = faults.With(FaultKind.Wipe, 1 + (int)random.Next(share));
        int spares = changes ? (int)random.Next(3) : 0;
        int nodes = plan.NodeCount + spares;
        return plan with
        {
            NodeCount = nodes,
            Spares = spares,
            Disk = plan.Disk with { Flush = null },
            Node = plan.Node with { Raft = plan.Node.Raft with { LearnerLagMax = random.Chance(0.3) ? 0 : random.Between(0, 50) } },
            Faults = faults,
            Aftermath = new Aftermath[nodes],
        };
    }
}
