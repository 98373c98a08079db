using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Regimes that are about what nodes have to bear: crowds, lives that are short, and worlds in which everything comes at once.</summary>
internal static class LoadRegimes
{
    /// <summary>
    /// Many hasty clients, most of them at followers, with queues that hold next to nothing: what is handed to the leader is refused, doubled and overtaken by
    /// its own answer, and clients hear of refusals that they must not believe.
    /// </summary>
    public static RunPlan Crowd(RunPlan plan, long scale, ref DeterministicRandom random) => plan with
    {
        Workload = plan.Workload with
        {
            ClientCount = 8,
            ThinkTimeMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 5)),
            FollowerReads = 0.8,
            IsHasty = random.Chance(0.7),
        },
        Node = plan.Node with
        {
            PendingWritesMax = (int)random.Between(1, 4),
            PendingReadsMax = (int)random.Between(1, 8),
            Sessions = plan.Node.Sessions with { SessionsMax = 100 },
        },
        Network = plan.Network with
        {
            Duplicate = 0.3,
            KeepsOrder = false,
            Harried = MessageKind.ReadIndexRequest + (byte)random.Next(4),
        },
        Faults = plan.Faults.Quieter(ref random),
    };

    /// <summary>
    /// Processes that are back at once and end again soon, machines that lose power while they start, clients at followers all the time: what a former life
    /// has left on the disk or under way on the network meets the next one.
    /// </summary>
    public static RunPlan ShortLives(RunPlan plan, long scale, ref DeterministicRandom random) => plan with
    {
        SafetyPhase = plan.SafetyPhase * 1.5,
        Node = plan.Node with { Raft = plan.Node.Raft with { AppendEntriesMax = (int)random.Between(1, 3) } },
        Workload = plan.Workload with
        {
            ClientCount = 8,
            ThinkTimeMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 4)),
            FollowerReads = 0.9,
            EventualReads = 0,
        },
        Network = plan.Network with { Harried = random.Chance(0.7) ? MessageKind.ReadIndexRequest + (byte)random.Next(4) : plan.Network.Harried },
        Disk = plan.Disk with { LatencyMin = TimeSpan.FromMilliseconds(scale) * 0.5, LatencyMax = TimeSpan.FromMilliseconds(scale) * random.Between(1, 4) },
        Faults = plan.Faults.Quieter(ref random)
            .With(FaultKind.Crash, 10).With(FaultKind.PowerLoss, 25).With(FaultKind.CrashAtDisk, 15).With(FaultKind.Echo, 15)
            .With(Moment.Start, 0.3 + (0.6 * random.NextDouble())) with
        {
            Interval = plan.Node.Raft.ElectionTimeoutMax * (0.2 + random.NextDouble()),
            LeaderBias = 0.3 * random.NextDouble(),
            QuickRestarts = 0.7,
            DurationMax = plan.Node.Raft.ElectionTimeoutMax * (0.1 + random.NextDouble()),
        },
    };

    /// <summary>
    /// Everything takes equally long everywhere, and all machines start at the same instant, as after a power cut: what relies on somebody being a little
    /// faster than the others never ends.
    /// </summary>
    public static RunPlan Lockstep(RunPlan plan, long scale, ref DeterministicRandom random)
    {
        var delay = TimeSpan.FromMilliseconds(scale * (0.05 + random.NextDouble()));
        var latency = TimeSpan.FromMilliseconds(scale * (0.01 + random.NextDouble()));
        return plan with
        {
            FirstStartMax = TimeSpan.Zero,
            Network = plan.Network with
            {
                DelayMin = delay,
                DelayMax = delay,
                Loss = 0,
                Duplicate = 0,
                Late = 0,
                Corruption = 0,
                BytesPerSecond = 0,
                Harried = null,
            },
            Disk = plan.Disk with { LatencyMin = latency, LatencyMax = latency, Stall = 0 },
            Clocks = plan.Clocks with { Drift = 0 },
            Faults = plan.Faults.Quieter(ref random).With(FaultKind.PowerLossOfAll, 5),
        };
    }
}
