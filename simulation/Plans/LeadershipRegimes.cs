using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Regimes that are about who leads: combinations that chance alone would hardly ever put together.</summary>
internal static class LeadershipRegimes
{
    /// <summary>
    /// Leaders hardly outlive their election and logs are repaired one entry at a time, so that entries of several terms fight for the same index (paper,
    /// figures 7 and 8). Drawn at random, all of it together is too rare to be met.
    /// </summary>
    public static RunPlan ContestTerms(RunPlan plan, long scale, ref DeterministicRandom random) => (random.Chance(0.5) ? AmongFive(plan) : plan) with
    {
        Node = plan.Node with { Raft = plan.Node.Raft with { AppendEntriesMax = 1, InflightMessagesMax = (int)random.Between(1, 3) } },
        Network = plan.Network with { Loss = 0.3 * random.NextDouble(), DelayMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 4)) },
        Disk = plan.Disk with { LatencyMax = plan.Disk.LatencyMax * (random.Chance(0.3) ? 10 : 1) },
        Faults = MaybeSparing(plan.Faults.Quieter(ref random), ref random).With(Moment.FirstCommit, 0.8 * random.NextDouble()) with
        {
            MishapOfNewLeader = 0.5 + (0.5 * random.NextDouble()),
            DurationMax = plan.Node.Raft.ElectionTimeoutMax * random.Between(1, 4),
        },
    };

    private static FaultPlan MaybeSparing(FaultPlan faults, ref DeterministicRandom random) => random.Chance(0.4) ? faults.Sparing() : faults;

    /// <summary>A minority may hold what another one cuts, and both may lead again.</summary>
    private static RunPlan AmongFive(RunPlan plan) => plan.NodeCount == 5 ? plan : plan with { NodeCount = 5, Aftermath = new Aftermath[5] };

    /// <summary>
    /// A leader is cut off again and again while clients on both sides go on: for as long as it does not notice, two nodes believe they lead, and one of them
    /// has old values. Half of the time what is under way to it and from it is not lost but held back, and reaches it when the others have moved on.
    /// </summary>
    public static RunPlan SplitLeaders(RunPlan plan, long scale, ref DeterministicRandom random) => plan with
    {
        Workload = plan.Workload with { ClientCount = 8, KeyCount = 1, ThinkTimeMax = TimeSpan.FromMilliseconds(scale) },
        Node = plan.Node with
        {
            PendingReadsMax = 1000,
            PendingWritesMax = 1000,
            Raft = plan.Node.Raft with { ElectionTimeoutMax = plan.Node.Raft.ElectionTimeoutMin * 2.2 },
        },
        Network = plan.Network with { DelayMax = TimeSpan.FromMilliseconds(scale) * 0.5, Loss = 0, Late = 0 },
        Faults = plan.Faults.Quieter(ref random).With(FaultKind.Isolate, 30).With(FaultKind.Stall, 30) with
        {
            Interval = plan.Node.Raft.ElectionTimeoutMax * random.Between(2, 4),
            LeaderBias = 0.9,
            MishapOfNewLeader = 0,
            DurationMax = plan.Node.Raft.ElectionTimeoutMax * random.Between(2, 4),
        },
    };

    /// <summary>
    /// An operator moves leadership all the time, and things go wrong just then. Every other time the network is so fast that another node leads, and has
    /// answered clients, before the old leader is due to send anything.
    /// </summary>
    public static RunPlan MovingLeaders(RunPlan plan, ref DeterministicRandom random) => (random.Chance(0.5) ? plan : Fast(plan, ref random)) with
    {
        Faults = plan.Faults.Quieter(ref random)
            .With(FaultKind.Transfer, 30).With(FaultKind.Echo, 10).With(Moment.HandOver, 0.1 + (0.5 * random.NextDouble())) with
        {
            Interval = plan.Node.Raft.ElectionTimeoutMax * (0.3 + random.NextDouble()),
            LeaderBias = 0.95,
        },
    };

    /// <summary>
    /// Leases at the edge of what the engine promises: as long as they may be, on clocks that are as wrong as they may be, with elections as soon as they may
    /// come and a network fast enough for one to be over while the old leader still counts on its lease. Leaders are cut off from some or all, voters are
    /// back from a crash within a heartbeat or two, leadership is moved, and messages of one kind come late or twice.
    /// </summary>
    public static RunPlan LeasesAtTheEdge(RunPlan plan, ref DeterministicRandom random)
    {
        TimeSpan timeout = plan.Node.Raft.ElectionTimeoutMin;
        bool moves = random.Chance(0.5);
        return plan with
        {
            SafetyPhase = plan.SafetyPhase * 2.5,
            NodeCount = plan.NodeCount < 3 ? 3 : plan.NodeCount,
            Aftermath = plan.NodeCount < 3 ? new Aftermath[3] : plan.Aftermath,
            Workload = plan.Workload.With(ClientFunction.Read, (int)random.Between(20, 400)) with
            {
                // Hardly anybody writes: a candidate that missed an entry is no danger to a lease.
                ClientCount = (int)random.Between(2, 6),
                KeyCount = 1,
                LeaseReads = 0.9,
                FollowerReads = 0,
                ThinkTimeMax = timeout * 0.5,
            },
            Node = plan.Node with
            {
                PendingReadsMax = 1000,
                Raft = plan.Node.Raft with
                {
                    ElectionTimeoutMax = timeout * (1.02 + (0.2 * random.NextDouble())),
                    HeartbeatInterval = timeout * (0.05 + (0.44 * random.NextDouble())),
                    LeaseDuration = timeout * 0.9,
                },
            },
            Network = plan.Network with
            {
                DelayMax = timeout * (random.Chance(0.6) ? 0.01 : 0.01 + (0.39 * random.NextDouble())),
                Loss = random.Chance(0.5) ? 0 : 0.05,
                BytesPerSecond = 0,
                Harried = random.Chance(0.7) ? HarriedInElections(moves, ref random) : null,
            },
            Disk = plan.Disk with { LatencyMax = timeout * 0.01, Stall = 0 },
            Clocks = new ClockPlan { Drift = random.Chance(0.8) ? RaftOptions.ClockDriftMax : 0, IsBounded = true, IsAtBounds = true },
            Faults = plan.Faults.Nothing()
                .With(FaultKind.OneLink, 30).With(FaultKind.Isolate, 8).With(FaultKind.PartialMesh, 5).With(FaultKind.Crash, (int)random.Between(5, 40))
                .With(FaultKind.Transfer, moves ? 25 : 0).With(FaultKind.Pause, 8).With(FaultKind.Stall, 4).With(FaultKind.Echo, 5)
                .With(Moment.Campaign, random.Chance(0.5) ? 0.4 * random.NextDouble() : 0)
                .With(Moment.HandOver, random.Chance(0.5) ? 0.4 * random.NextDouble() : 0) with
            {
                Interval = timeout * (0.3 + random.NextDouble()),
                LeaderBias = 0.4 * random.NextDouble(),
                MishapOfNewLeader = 0,
                QuickRestarts = 0.97,
                DurationMax = timeout * random.Between(2, 8),
            },
        };
    }

    private static RunPlan Fast(RunPlan plan, ref DeterministicRandom random)
    {
        TimeSpan timeout = plan.Node.Raft.ElectionTimeoutMin;
        return plan with
        {
            Workload = plan.Workload with
            {
                ClientCount = 8,
                KeyCount = 1,
                ThinkTimeMax = timeout * 0.1,
                LeaseReads = 0,
                EventualReads = 0,
                FollowerReads = 0,
            },
            Node = plan.Node with { Raft = plan.Node.Raft with { HeartbeatInterval = timeout * (0.3 + (0.19 * random.NextDouble())) } },
            Network = plan.Network with { DelayMax = timeout * 0.01, Loss = plan.Network.Loss / 10, BytesPerSecond = 0 },
            Disk = plan.Disk with { LatencyMax = timeout * 0.01, Stall = 0 },
        };
    }

    private static MessageKind HarriedInElections(bool moves, ref DeterministicRandom random) => random.Next(moves ? 10 : 4) switch
    {
        0 => MessageKind.PreVoteResponse,
        1 => MessageKind.VoteRequest,
        2 => MessageKind.HeartbeatResponse,
        3 => MessageKind.StaleTerm,
        _ => MessageKind.TimeoutNow,
    };
}
