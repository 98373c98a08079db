using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Regimes that are about damage to what was durable.</summary>
internal static class DamageRegimes
{
    /// <summary>
    /// Long logs without snapshots, leaders that are cut off with entries which nobody else has, and damage just there, on several disks, found by a start at
    /// once: gaps are filled by peers, with a leader and without one, and not by who has something else there (Y5).
    /// </summary>
    public static RunPlan LeaveGaps(RunPlan plan, long scale, ref DeterministicRandom random)
    {
        if (plan.NodeCount < 3) return plan;
        FaultPlan faults = plan.Faults.Quieter(ref random)
            .With(FaultKind.BitRot, (int)random.Between(15, 30))
            .With(FaultKind.Crash, (int)random.Between(1, 5))
            .With(FaultKind.Isolate, (int)random.Between(10, 20)) with
        {
            Interval = plan.Node.Raft.ElectionTimeoutMax * (0.3 + random.NextDouble()),
            DurationMax = plan.Node.Raft.ElectionTimeoutMax * (1 + (3 * random.NextDouble())),
            RotsAgain = true,
            RotsEverywhere = true,
            RotsAtEnd = 0.3 + (0.7 * random.NextDouble()),
            LeaderBias = 0.5 + (0.5 * random.NextDouble()),
        };
        return plan with
        {
            Faults = faults,
            Workload = plan.Workload.With(ClientFunction.Write, 10) with
            {
                ClientCount = 8,
                ThinkTimeMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 4)),
            },
            Network = plan.Network with { Harried = random.Chance(0.5) ? MessageKind.FillAnswer : plan.Network.Harried },
            Node = plan.Node with { Snapshots = plan.Node.Snapshots with { IsEnabled = false } },
        };
    }
}
