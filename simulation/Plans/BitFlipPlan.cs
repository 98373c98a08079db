using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>
/// Plans of runs in which one bit of one disk turns over: three nodes under load, with snapshots, compaction, either persistence strategy and scrub.
/// </summary>
internal static class BitFlipPlan
{
    /// <param name="seed">Of the run.</param>
    public static RunPlan Create(ulong seed)
    {
        DeterministicRandom random = new Draws(seed).Of(Concern.BitFlip);
        RunPlan plain = PlainPlan.Create();
        RunPlan plan = plain with
        {
            Seed = seed,
            SafetyPhase = TimeSpan.FromMilliseconds(1800),
            Node = plain.Node with { Snapshots = SnapshotDraw.Draw(seed, plain.Node.Raft.ElectionTimeoutMin) },
            Workload = new WorkloadPlan
            {
                ClientCount = 4,
                KeyCount = (int)random.Between(1, 20),
                ThinkTimeMax = TimeSpan.FromMilliseconds(random.Between(5, 40)),
                LeaseReads = 0.3,
                OperationsMax = 200,
                ValueLengthMax = (int)random.Between(200, 2000),
                Weights = [8, 8, 3, 1, 2, 1, 2],
                CounterCount = 1,
                EventualReads = 0.2,
                FollowerReads = 0.3,
            },
            Disk = plain.Disk with { SegmentBytes = 1 << (int)random.Between(12, 16) },
            Faults = plain.Faults with { Interval = TimeSpan.MaxValue / 4 },
        };
        return plan with { Disk = PersistenceDraw.Draw(ScrubDraw.Draw(plan), scale: 10).Disk };
    }
}
