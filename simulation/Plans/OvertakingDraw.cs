using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>
/// Draws in which runs snapshots overtake logs: they are written and sent all the time, of logs that keep next to nothing; nodes that have been alone come
/// back with much under way to a disk that hangs, for its log or for its snapshots only; and what is committed is applied slowly.
/// </summary>
internal static class OvertakingDraw
{
    private const double Share = 0.06;

    private static readonly TimeSpan Least = TimeSpan.FromMicroseconds(50);

    public static RunPlan Draw(RunPlan plan, long scale)
    {
        DeterministicRandom random = new Draws(plan.Seed).Of(Concern.Overtaking);
        if (plan.NodeCount < 3 || !random.Chance(Share)) return plan;
        TimeSpan timeout = plan.Node.Raft.ElectionTimeoutMax;
        FaultPlan faults = plan.Faults.Quieter(ref random)
            .With(FaultKind.Isolate, (int)random.Between(10, 30))
            .With(FaultKind.DiskHang, (int)random.Between(5, 15))
            .With(FaultKind.Slow, (int)random.Between(1, 15)) with
        {
            Interval = timeout * (0.5 + random.NextDouble()),
            DurationMax = timeout * (1 + (2 * random.NextDouble())),
            LeaderBias = random.NextDouble(),
            HangsInParts = true,
            HangsWhenAlone = random.NextDouble(),
        };
        return plan with
        {
            Faults = faults,
            Workload = plan.Workload.With(ClientFunction.Write, 10) with
            {
                ClientCount = 8,
                ThinkTimeMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 4)),
            },
            Network = plan.Network with
            {
                DelayMin = Least,
                DelayMax = TimeSpan.FromMilliseconds(scale) * 0.5,
                Loss = plan.Network.Loss / 10,
                BytesPerSecond = 0,
            },
            Disk = plan.Disk with { LatencyMin = Least, LatencyMax = TimeSpan.FromMilliseconds(scale * (0.05 + (0.3 * random.NextDouble()))), Stall = 0 },
            Node = plan.Node with
            {
                PendingWritesMax = 1000,
                ApplyEntriesMax = random.Chance(0.5) ? 1 : plan.Node.ApplyEntriesMax,
                Snapshots = plan.Node.Snapshots with
                {
                    IsEnabled = true,
                    EntriesMax = random.Between(1, 8),
                    RetainedEntries = random.Chance(0.6) ? 0 : random.Between(1, 8),
                    BytesPerSecondMax = 0,
                },
            },
        };
    }
}
