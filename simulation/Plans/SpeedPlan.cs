using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>
/// Plans without faults, to measure the simulator by: three nodes with the engine's default timeouts on a network of 0.1 to 1 ms and disks that sync in
/// 0.2 to 1 ms.
/// </summary>
public static class SpeedPlan
{
    /// <summary>Ten clients do 100 operations a second, half of them writes, over a hundred keys.</summary>
    /// <param name="duration">Simulated time under load.</param>
    public static RunPlan Steady(TimeSpan duration) => Calm(duration) with
    {
        Workload = new WorkloadPlan
        {
            ClientCount = 10,
            KeyCount = 100,
            ThinkTimeMax = TimeSpan.FromMilliseconds(195),
            LeaseReads = 0,
            OperationsMax = int.MaxValue,
            ValueLengthMax = 100,
            Weights = [1, 1, 0, 0, 0, 0, 0],
        },
    };

    /// <summary>Nobody asks for anything: heartbeats.</summary>
    /// <param name="duration">Simulated time of idling.</param>
    public static RunPlan Idle(TimeSpan duration) => Calm(duration);

    private static RunPlan Calm(TimeSpan duration)
    {
        RunPlan plain = PlainPlan.Create();
        return plain with
        {
            SafetyPhase = duration,
            Node = new NodeOptions(),
            Network = plain.Network with { DelayMin = TimeSpan.FromMilliseconds(0.1), DelayMax = TimeSpan.FromMilliseconds(1) },
            Disk = plain.Disk with { LatencyMin = TimeSpan.FromMilliseconds(0.2), LatencyMax = TimeSpan.FromMilliseconds(1), SegmentBytes = 1 << 20 },
            Faults = plain.Faults with { Interval = TimeSpan.MaxValue / 4 },
        };
    }
}
