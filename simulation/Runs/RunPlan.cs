using DEngine.Core;

namespace DEngine.Simulation.Runs;

/// <summary>
/// What one run is made of, drawn from its seed ("swarm": each seed turns other faults on, other sizes, other speeds, because a fault
/// that is always on hides what happens without it).
/// </summary>
public sealed record RunPlan
{
    public required ulong Seed { get; init; }

    public required int NodeCount { get; init; }

    public required int ClientCount { get; init; }

    public required int KeyCount { get; init; }

    /// <summary>How long faults go on, true time.</summary>
    public required TimeSpan SafetyPhase { get; init; }

    /// <summary>Longest pause of a client between operations.</summary>
    public required TimeSpan ThinkTimeMax { get; init; }

    public required NodeOptions Node { get; init; }

    public required NetworkPlan Network { get; init; }

    public required DiskPlan Disk { get; init; }

    public required FaultPlan Faults { get; init; }

    /// <summary>Clock rates are within 1 ± this; below the drift bound that leases allow for.</summary>
    public required double ClockDrift { get; init; }

    /// <summary>In the liveness phase this many nodes (a minority) stay down for good.</summary>
    public required int LeftForDead { get; init; }

    public static RunPlan Draw(ulong seed)
    {
        var random = DeterministicRandom.For(seed, Concern.Plan);
        int nodes = random.Next(10) switch
        {
            0 => 1,
            < 7 => 3,
            _ => 5,
        };
        long scale = random.Between(5, 20);
        RunPlan plan = Draw(seed, nodes, scale, ref random);
        if (nodes == 1) return plan;
        return random.Next(10) switch
        {
            < 3 => ContestTerms(plan, scale, ref random),
            < 5 => SplitLeaders(plan, scale, ref random),
            _ => plan,
        };
    }

    /// <summary>
    /// A regime in which a leader is cut off again and again while clients on both sides go on: for as long as it does not notice, two nodes believe
    /// they lead, and one of them has old values.
    /// </summary>
    private static RunPlan SplitLeaders(RunPlan plan, long scale, ref DeterministicRandom random) => plan with
    {
        ClientCount = 8,
        KeyCount = 1,
        ThinkTimeMax = TimeSpan.FromMilliseconds(scale),
        Node = plan.Node with
        {
            PendingReadsMax = 1000,
            PendingWritesMax = 1000,
            Raft = plan.Node.Raft with { ElectionTimeoutMax = plan.Node.Raft.ElectionTimeoutMin * 2.2 },
        },
        Network = plan.Network with { DelayMax = TimeSpan.FromMilliseconds(scale) * 0.5, Loss = 0, VeryLate = 0 },
        Faults = plan.Faults with
        {
            Interval = plan.Node.Raft.ElectionTimeoutMax * random.Between(2, 4),
            IsolateLeader = 30,
            MishapOfNewLeader = 0,
            DurationMax = plan.Node.Raft.ElectionTimeoutMax * random.Between(2, 4),
        },
    };

    /// <summary>
    /// A regime in which leaders hardly outlive their election and logs are repaired one entry at a time, so that entries of several terms fight for
    /// the same index (paper, figures 7 and 8). Drawn at random, all of it together is too rare to be met.
    /// </summary>
    private static RunPlan ContestTerms(RunPlan plan, long scale, ref DeterministicRandom random) => plan with
    {
        Node = plan.Node with { Raft = plan.Node.Raft with { AppendEntriesMax = 1, InflightMessagesMax = (int)random.Between(1, 3) } },
        Network = plan.Network with { Loss = 0.3 * random.NextDouble(), DelayMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 4)) },
        Faults = plan.Faults with
        {
            MishapOfNewLeader = 0.5 + (0.5 * random.NextDouble()),
            DurationMax = plan.Node.Raft.ElectionTimeoutMax * random.Between(1, 4),
        },
    };

    private static RunPlan Draw(ulong seed, int nodes, long scale, ref DeterministicRandom random) => new()
    {
        Seed = seed,
        NodeCount = nodes,
        ClientCount = (int)random.Between(2, 8),
        KeyCount = (int)random.Between(1, 3),
        SafetyPhase = TimeSpan.FromMilliseconds(scale * random.Between(300, 1200)),
        ThinkTimeMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 20)),
        Node = DrawNode(ref random, scale),
        Network = NetworkPlan.Draw(ref random, scale),
        Disk = DiskPlan.Draw(ref random, scale),
        Faults = FaultPlan.Draw(ref random, scale),
        ClockDrift = random.Chance(0.7) ? random.NextDouble() * (RaftOptions.ClockDriftMax - 0.005) : 0,
        LeftForDead = random.Chance(0.3) ? (int)random.Between(0, (nodes - 1) / 2) : 0,
    };

    private static NodeOptions DrawNode(ref DeterministicRandom random, long scale)
    {
        var electionMin = TimeSpan.FromMilliseconds(scale * 10);
        var raft = new RaftOptions
        {
            ElectionTimeoutMin = electionMin,
            ElectionTimeoutMax = electionMin * (1.2 + random.NextDouble()),
            HeartbeatInterval = electionMin * (0.1 + (0.3 * random.NextDouble())),
            LeaseDuration = electionMin * (0.3 + (0.55 * random.NextDouble())),
            AppendEntriesMax = random.Chance(0.3) ? 1 : (int)random.Between(1, 16),
            AppendBytesMax = (int)random.Between(64, 8192),
            InflightMessagesMax = (int)random.Between(1, 16),
            InflightBytesMax = random.Between(256, 65536),
        };
        return new NodeOptions
        {
            Raft = raft,
            Sessions = new SessionOptions { SessionsMax = random.Chance(0.2) ? 4 : 100, RememberedRepliesMax = 16 },
            OwnSession = ClientSession(scale),
            PendingWritesMax = random.Chance(0.2) ? 3 : 1000,
            PendingReadsMax = random.Chance(0.2) ? 3 : 1000,
            ForwardTimeout = electionMin * 2,
            ApplyEntriesMax = (int)random.Between(1, 64),
        };
    }

    internal static SessionClientOptions ClientSession(long scale) => new()
    {
        WindowMax = 8,
        RetryInterval = TimeSpan.FromMilliseconds(scale),
        AttemptTimeout = TimeSpan.FromMilliseconds(scale * 25),
    };
}

/// <summary>How frames travel. Probabilities in [0, 1].</summary>
public sealed record NetworkPlan
{
    public required TimeSpan DelayMin { get; init; }

    public required TimeSpan DelayMax { get; init; }

    /// <summary>That a frame is lost.</summary>
    public required double Loss { get; init; }

    /// <summary>That a frame arrives a second time.</summary>
    public required double Duplicate { get; init; }

    /// <summary>That a frame, or its copy, is late by many times the usual delay: across elections.</summary>
    public required double VeryLate { get; init; }

    /// <summary>How late that is at most.</summary>
    public required TimeSpan LateMax { get; init; }

    /// <summary>Frames of one link keep their order, as over one TCP connection.</summary>
    public required bool KeepsOrder { get; init; }

    internal static NetworkPlan Draw(ref DeterministicRandom random, long scale)
    {
        TimeSpan max = TimeSpan.FromMilliseconds(scale) * (0.2 + (2 * random.NextDouble()));
        bool keepsOrder = random.Chance(0.3);
        return new NetworkPlan
        {
            DelayMin = TimeSpan.FromMicroseconds(50),
            DelayMax = max,
            Loss = random.Chance(0.7) ? 0.15 * random.NextDouble() : 0,
            Duplicate = random.Chance(0.7) ? 0.3 * random.NextDouble() : 0,
            VeryLate = keepsOrder || random.Chance(0.3) ? 0 : 0.1 * random.NextDouble(),
            LateMax = TimeSpan.FromMilliseconds(scale * 60),
            KeepsOrder = keepsOrder,
        };
    }

    /// <summary>The network of the liveness phase: nothing is lost any more.</summary>
    internal NetworkPlan Healed() => this with { Loss = 0, Duplicate = 0, VeryLate = 0 };
}

/// <summary>How disks behave.</summary>
public sealed record DiskPlan
{
    public required TimeSpan LatencyMin { get; init; }

    public required TimeSpan LatencyMax { get; init; }

    /// <summary>That a job takes ten times as long.</summary>
    public required double Stall { get; init; }

    public required int SegmentBytes { get; init; }

    internal static DiskPlan Draw(ref DeterministicRandom random, long scale) => new()
    {
        LatencyMin = TimeSpan.FromMicroseconds(20),
        LatencyMax = TimeSpan.FromMilliseconds(scale) * (0.05 + random.NextDouble()),
        Stall = random.Chance(0.5) ? 0.05 * random.NextDouble() : 0,
        SegmentBytes = 1 << (int)random.Between(12, 16),
    };
}

/// <summary>Which faults come, and how often relative to each other; 0 turns one off.</summary>
public sealed record FaultPlan
{
    /// <summary>Mean time between faults.</summary>
    public required TimeSpan Interval { get; init; }

    public required int Crash { get; init; }

    public required int PowerLoss { get; init; }

    public required int PowerLossOfAll { get; init; }

    public required int CrashOfLeader { get; init; }

    /// <summary>The process ends between two effects of one pass.</summary>
    public required int CrashInPass { get; init; }

    public required int Partition { get; init; }

    public required int IsolateLeader { get; init; }

    public required int OneWay { get; init; }

    public required int Pause { get; init; }

    public required int Transfer { get; init; }

    /// <summary>
    /// That a node which has just been elected is cut off or ends before it has brought everybody up to date: the schedules in which two terms'
    /// entries fight for one index (figure 8).
    /// </summary>
    public required double MishapOfNewLeader { get; init; }

    /// <summary>Longest time that a node is down, or a partition lasts.</summary>
    public required TimeSpan DurationMax { get; init; }

    internal int TotalWeight =>
        Crash + PowerLoss + PowerLossOfAll + CrashOfLeader + CrashInPass + Partition + IsolateLeader + OneWay + Pause + Transfer;

    internal static FaultPlan Draw(ref DeterministicRandom random, long scale) => new()
    {
        Interval = TimeSpan.FromMilliseconds(scale * random.Between(5, 60)),
        Crash = Weight(ref random),
        PowerLoss = Weight(ref random),
        PowerLossOfAll = Weight(ref random),
        CrashOfLeader = Weight(ref random),
        CrashInPass = Weight(ref random),
        Partition = Weight(ref random),
        IsolateLeader = Weight(ref random),
        OneWay = Weight(ref random),
        Pause = Weight(ref random),
        Transfer = Weight(ref random),
        MishapOfNewLeader = random.Chance(0.5) ? 0.9 * random.NextDouble() : 0,
        DurationMax = TimeSpan.FromMilliseconds(scale * random.Between(10, 80)),
    };

    private static int Weight(ref DeterministicRandom random) => random.Chance(0.35) ? 0 : (int)random.Between(1, 10);
}
