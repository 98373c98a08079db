using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Shrinking;

/// <summary>One thing less that goes wrong, or goes on, in a drawn world.</summary>
internal static class QuieterPlans
{
    private const int ClientsKept = 2;

    /// <summary>The plan without one of the things that it has, each in turn.</summary>
    public static IEnumerable<RunPlan> Of(RunPlan plan)
    {
        NetworkPlan network = plan.Network;
        WorkloadPlan load = plan.Workload;
        FaultPlan faults = plan.Faults;
        if (load.ClientCount > ClientsKept) yield return plan with { Workload = load with { ClientCount = load.ClientCount / 2 } };
        if (network.Loss > 0) yield return plan with { Network = network with { Loss = 0 } };
        if (network.Duplicate > 0) yield return plan with { Network = network with { Duplicate = 0 } };
        if (network.Late > 0) yield return plan with { Network = network with { Late = 0 } };
        if (network.Corruption > 0) yield return plan with { Network = network with { Corruption = 0 } };
        if (network.BytesPerSecond > 0) yield return plan with { Network = network with { BytesPerSecond = 0 } };
        if (plan.Disk.Stall > 0) yield return plan with { Disk = plan.Disk with { Stall = 0 } };
        if (SimplerWorlds.HasSnapshots(plan)) yield return SimplerWorlds.WithoutSnapshots(plan);
        if (faults.MishapOfNewLeader > 0) yield return plan with { Faults = faults with { MishapOfNewLeader = 0 } };
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            if (faults.WeightOf(kind) > 0 && faults.WeightOf(kind) < faults.Weights.Sum()) yield return plan with { Faults = faults.With(kind, 0) };
        }

        foreach (Moment moment in Enum.GetValues<Moment>())
        {
            if (faults.Moments[(int)moment] > 0) yield return plan with { Faults = faults.With(moment, 0) };
        }

        foreach (ClientFunction function in Enum.GetValues<ClientFunction>())
        {
            if (load.WeightOf(function) > 0 && load.WeightOf(function) < load.Weights.Sum()) yield return plan with { Workload = load.With(function, 0) };
        }

        yield return plan with { SafetyPhase = plan.SafetyPhase / 2 };
        if (load.ThinkTimeMax < plan.Node.Raft.ElectionTimeoutMax) yield return plan with { Workload = load with { ThinkTimeMax = load.ThinkTimeMax * 2 } };
    }
}
