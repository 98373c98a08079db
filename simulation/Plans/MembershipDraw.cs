using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws in which runs the cluster is yet to be formed, the members change, and disks are wiped.</summary>
internal static class MembershipDraw
{
    /// <summary>Share of the runs of one or two nodes that get more nodes to grow by.</summary>
    private const double Growing = 0.6;

    /// <summary>Share of the other runs in which members change although that was not drawn at first: of those that lose little by it.</summary>
    private const double Besides = 0.6;

    public static RunPlan Draw(RunPlan plan)
    {
        DeterministicRandom random = new Draws(plan.Seed).Of(Concern.Membership);
        DeterministicRandom more = new Draws(plan.Seed).Of(Concern.Reconfiguration);
        plan = plan with { IsForming = random.Chance(0.25) };
        bool changes = random.Chance(0.3);
        bool wipes = random.Chance(changes ? 0.6 : 0.1);
        if (plan.Faults.WeightOf(FaultKind.WrongEffect) > 0) return plan;
        if (plan.NodeCount < 3) return more.Chance(Growing) ? Harder(Grow(plan, ref more), ref more) : plan;
        if (plan.Faults.SparesProcesses) return plan;
        if (changes || wipes)
        {
            plan = Change(plan, changes, wipes, ref random);
            return changes && more.Chance(0.7) ? Harder(plan, ref more) : plan;
        }

        bool losesLittle = plan.Disk.Flush is null && plan.Faults.WeightOf(FaultKind.BitRot) == 0 && plan.Aftermath.All(left => left == Aftermath.Whole);
        return losesLittle && more.Chance(Besides) ? Harder(Change(plan, changes: true, wipes: false, ref more), ref more) : plan;
    }

    private static RunPlan Change(RunPlan plan, bool changes, bool wipes, ref DeterministicRandom random)
    {
        // Who is gone for good, by a wipe or because it was removed, is enough to be missing at a time.
        int share = 2 + (plan.Faults.TotalWeight / 3);
        FaultPlan faults = plan.Faults.With(FaultKind.BitRot, 0);
        if (changes) faults = faults.With(FaultKind.Membership, 1 + (int)random.Next(share * 3));
        if (wipes) faults = faults.With(FaultKind.Wipe, 1 + (int)random.Next(share));
        return WithSpares(plan, changes ? (int)random.Next(3) : 0) with
        {
            Disk = plan.Disk with { Flush = null },
            Node = plan.Node with { Raft = plan.Node.Raft with { LearnerLagMax = random.Chance(0.3) ? 0 : random.Between(0, 50) } },
            Faults = faults,
        };
    }

    /// <summary>A node that was started alone, or two, and what is to make a cluster of them.</summary>
    private static RunPlan Grow(RunPlan plan, ref DeterministicRandom random)
    {
        RunPlan grown = Change(plan, changes: true, wipes: false, ref random);
        return WithSpares(grown with { NodeCount = plan.NodeCount, Spares = 0 }, (int)random.Between(1, 3));
    }

    private static RunPlan WithSpares(RunPlan plan, int spares) => plan with
    {
        NodeCount = plan.NodeCount + spares,
        Spares = spares,
        Aftermath = new Aftermath[plan.NodeCount + spares],
    };

    /// <summary>
    /// Changes are asked of new leaders before they can have committed anything, and things go wrong just when a change is in one log only; down to so few
    /// voters that the one who does not know is needed.
    /// </summary>
    private static RunPlan Harder(RunPlan plan, ref DeterministicRandom random) => plan with
    {
        Faults = plan.Faults
            .With(Moment.Elected, random.Chance(0.7) ? random.NextDouble() : 0)
            .With(Moment.Change, random.Chance(0.7) ? 0.7 * random.NextDouble() : 0) with
        {
            VotersMin = (int)random.Between(1, 3),
        },
    };
}
