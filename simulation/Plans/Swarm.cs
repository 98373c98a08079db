using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws plans. Six out of ten are of a regime: a combination that chance alone would hardly ever put together.</summary>
internal static class Swarm
{
    public static RunPlan Draw(ulong seed)
    {
        DeterministicRandom random = new Draws(seed).Of(Concern.Plan);
        int nodes = random.Next(20) switch
        {
            0 => 1,
            1 => 2,
            < 13 => 3,
            < 15 => 4,
            _ => 5,
        };
        long scale = random.Between(5, 20);
        RunPlan plan = Draw(seed, nodes, scale, ref random);
        DeterministicRandom moments = new Draws(seed).Of(Concern.Moments);
        plan = plan with { Faults = plan.Faults with { Moments = FaultPlan.DrawMoments(ref moments), RotsEverywhere = moments.Chance(0.1) } };
        plan = plan with { Node = plan.Node with { Snapshots = SnapshotDraw.Draw(seed, plan.Node.Raft.ElectionTimeoutMin) } };
        if (nodes == 1) return plan;
        return random.Next(10) switch
        {
            < 3 => ContestTerms(plan, scale, ref random),
            < 5 => SplitLeaders(plan, scale, ref random),
            5 => MovingLeaders(plan, ref random),
            _ => plan,
        };
    }

    /// <summary>
    /// A regime in which a leader is cut off again and again while clients on both sides go on: for as long as it does not notice, two nodes believe
    /// they lead, and one of them has old values.
    /// </summary>
    private static RunPlan SplitLeaders(RunPlan plan, long scale, ref DeterministicRandom random) => plan with
    {
        Workload = plan.Workload with { ClientCount = 8, KeyCount = 1, ThinkTimeMax = TimeSpan.FromMilliseconds(scale) },
        Node = plan.Node with
        {
            PendingReadsMax = 1000,
            PendingWritesMax = 1000,
            Raft = plan.Node.Raft with { ElectionTimeoutMax = plan.Node.Raft.ElectionTimeoutMin * 2.2 },
        },
        Network = plan.Network with { DelayMax = TimeSpan.FromMilliseconds(scale) * 0.5, Loss = 0, Late = 0 },
        Faults = Quieter(plan.Faults, ref random).With(FaultKind.Isolate, 30) with
        {
            Interval = plan.Node.Raft.ElectionTimeoutMax * random.Between(2, 4),
            LeaderBias = 0.9,
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
        Disk = plan.Disk with { LatencyMax = plan.Disk.LatencyMax * (random.Chance(0.3) ? 10 : 1) },
        Faults = Quieter(plan.Faults, ref random).With(Moment.FirstCommit, 0.8 * random.NextDouble()) with
        {
            MishapOfNewLeader = 0.5 + (0.5 * random.NextDouble()),
            DurationMax = plan.Node.Raft.ElectionTimeoutMax * random.Between(1, 4),
        },
    };

    /// <summary>A regime in which an operator moves leadership all the time, and things go wrong just then.</summary>
    private static RunPlan MovingLeaders(RunPlan plan, ref DeterministicRandom random) => plan with
    {
        Faults = Quieter(plan.Faults, ref random).With(FaultKind.Transfer, 30).With(Moment.HandOver, 0.1 + (0.5 * random.NextDouble())) with
        {
            Interval = plan.Node.Raft.ElectionTimeoutMax * (0.3 + random.NextDouble()),
            LeaderBias = 0.95,
        },
    };

    /// <summary>Most of what a regime is not about would only stand in its way.</summary>
    private static FaultPlan Quieter(FaultPlan faults, ref DeterministicRandom random)
    {
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            if (random.Chance(0.7)) faults = faults.With(kind, 0);
        }

        return faults;
    }

    private static RunPlan Draw(ulong seed, int nodes, long scale, ref DeterministicRandom random)
    {
        NodeOptions node = DrawNode(ref random, scale);
        ClockPlan clocks = ClockPlan.Draw(ref random);
        DeterministicRandom mix = new Draws(seed).Of(Concern.Workload);
        return new RunPlan
        {
            Seed = seed,
            NodeCount = nodes,
            SafetyPhase = TimeSpan.FromMilliseconds(scale * random.Between(300, 1200)),
            FirstStartMax = node.Raft.ElectionTimeoutMin,
            Node = node,
            Workload = WorkloadPlan.Draw(ref random, ref mix, scale, clocks),
            Network = NetworkPlan.Draw(ref random, scale),
            Disk = DiskPlan.Draw(ref random, scale),
            Clocks = clocks,
            Faults = FaultPlan.Draw(ref random, scale, nodes, clocks),
            Aftermath = DrawAftermath(ref random, nodes),
        };
    }

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

    private static Aftermath[] DrawAftermath(ref DeterministicRandom random, int nodes)
    {
        var left = new Aftermath[nodes];
        int minority = (nodes - 1) / 2;
        if (minority == 0 || random.Chance(0.4)) return left;
        for (long broken = random.Between(1, minority); broken > 0; broken--)
        {
            left[random.Next(nodes)] = (Aftermath)random.Between((long)Plans.Aftermath.Down, (long)Plans.Aftermath.DiskHangs);
        }

        return left;
    }
}
