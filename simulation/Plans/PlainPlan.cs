using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>The plan that scenarios start from: three nodes, nothing drawn, a network and disks that do the same thing every time.</summary>
internal static class PlainPlan
{
    public static RunPlan Create() => new()
    {
        Seed = 1,
        NodeCount = 3,
        SafetyPhase = TimeSpan.FromSeconds(1),
        FirstStartMax = TimeSpan.Zero,
        Node = new NodeOptions
        {
            Raft = new RaftOptions
            {
                ElectionTimeoutMin = TimeSpan.FromMilliseconds(100),
                ElectionTimeoutMax = TimeSpan.FromMilliseconds(200),
                HeartbeatInterval = TimeSpan.FromMilliseconds(20),
                LeaseDuration = TimeSpan.FromMilliseconds(60),
                AppendEntriesMax = 16,
                AppendBytesMax = 8192,
                InflightMessagesMax = 16,
                InflightBytesMax = 65536,
            },
            Sessions = new SessionOptions { SessionsMax = 100, RememberedRepliesMax = 16 },
            OwnSession = Swarm.ClientSession(10),
            PendingWritesMax = 1000,
            PendingReadsMax = 1000,
            ForwardTimeout = TimeSpan.FromMilliseconds(200),
            ApplyEntriesMax = 64,
        },
        Workload = new WorkloadPlan { ClientCount = 1, KeyCount = 1, ThinkTimeMax = TimeSpan.FromMilliseconds(10), LeaseReads = 0, OperationsMax = 0 },
        Network = new NetworkPlan
        {
            DelayMin = TimeSpan.FromMilliseconds(1),
            DelayMax = TimeSpan.FromMilliseconds(1),
            Loss = 0,
            Duplicate = 0,
            Late = 0,
            LateMax = TimeSpan.Zero,
            Corruption = 0,
            BytesPerSecond = 0,
            KeepsOrder = false,
        },
        Disk = new DiskPlan
        {
            LatencyMin = TimeSpan.FromMicroseconds(100),
            LatencyMax = TimeSpan.FromMicroseconds(100),
            Stall = 0,
            SegmentBytes = 64 << 10,
        },
        Clocks = new ClockPlan { Drift = 0, IsBounded = true },
        Faults = new FaultPlan
        {
            Interval = TimeSpan.FromSeconds(1),
            Weights = [.. new int[Enum.GetValues<FaultKind>().Length]],
            LeaderBias = 0,
            MishapOfNewLeader = 0,
            DurationMax = TimeSpan.FromMilliseconds(100),
            RottingNode = 0,
        },
        Aftermath = new Aftermath[3],
    };
}
