using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Shrinking;

/// <summary>
/// Worlds in which the same thing may go wrong with less going on: no frame is harmed, one kind of fault or none, few nodes and clients, no snapshots, a
/// short time. A failure found in one of them is a far better start for leaving things out than the one that was met first.
/// </summary>
internal static class SimplerWorlds
{
    private static readonly SnapshotPolicy Plain = PlainPlan.Create().Node.Snapshots;

    /// <summary>Simple ones first.</summary>
    public static List<RunPlan> Of(RunPlan plan)
    {
        var found = new List<RunPlan>();
        foreach (int part in (int[])[8, 2])
        {
            RunPlan calm = Calm(plan, part);
            if (HasSnapshots(plan)) found.Add(WithoutSnapshots(calm));
            found.Add(calm with { Faults = WithOnly(plan.Faults, null, 0) });
            if (plan.Faults.MishapOfNewLeader > 0) found.Add(calm with { Faults = WithOnly(plan.Faults, null, plan.Faults.MishapOfNewLeader) });
            foreach (FaultKind kind in Enum.GetValues<FaultKind>())
            {
                if (plan.Faults.WeightOf(kind) > 0) found.Add(calm with { Faults = WithOnly(plan.Faults, kind, 0) });
            }

            found.Add(calm with { Network = plan.Network with { Loss = 0.05 }, Faults = WithOnly(plan.Faults, null, 0) });
            found.Add(calm with { Network = plan.Network with { Duplicate = 0.05 }, Faults = WithOnly(plan.Faults, null, 0) });
            found.Add(calm);
        }

        return found;
    }

    /// <summary>Worlds that begin with what disks held in the middle of a run: a short time will do.</summary>
    public static List<RunPlan> From(RunPlan plan)
    {
        RunPlan calm = Calm(plan, 10) with { NodeCount = plan.NodeCount, Aftermath = new Aftermath[plan.NodeCount] };
        return
        [
            calm with { Faults = WithOnly(plan.Faults, null, 0.9) },
            calm with { Faults = plan.Faults with { MishapOfNewLeader = 0.9, Interval = plan.Node.Raft.ElectionTimeoutMax } },
        ];
    }

    private static RunPlan Calm(RunPlan plan, int part) => plan with
    {
        NodeCount = Math.Min(3, plan.NodeCount),
        Aftermath = new Aftermath[Math.Min(3, plan.NodeCount)],
        SafetyPhase = plan.SafetyPhase / part,
        Workload = plan.Workload with { ClientCount = Math.Min(2, plan.Workload.ClientCount) },
        Network = plan.Network with { Loss = 0, Duplicate = 0, Late = 0, Corruption = 0, BytesPerSecond = 0 },
        Disk = plan.Disk with { Stall = 0 },
        Faults = plan.Faults with { RottingNode = 0 },
    };

    /// <summary>Whether a snapshot may be due within a run.</summary>
    internal static bool HasSnapshots(RunPlan plan) =>
        plan.Node.Snapshots is { IsEnabled: true } policy && (policy.EntriesMax < Plain.EntriesMax || policy.LogBytesMax < Plain.LogBytesMax);

    /// <summary>The same world as far as a plain one goes with snapshots: they are on, and none is due within a run. That takes no line to say.</summary>
    internal static RunPlan WithoutSnapshots(RunPlan plan) => plan with { Node = plan.Node with { Snapshots = Plain } };

    private static FaultPlan WithOnly(FaultPlan faults, FaultKind? kind, double mishaps)
    {
        var weights = new int[faults.Weights.Length];
        if (kind is { } only) weights[(int)only] = 1;
        return faults with { Weights = [.. weights], MishapOfNewLeader = mishaps, RottingNode = 0 };
    }
}
