using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws plans. Eighteen out of twenty are of a regime: a combination that chance alone would hardly ever put together.</summary>
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
        plan = plan with { Faults = plan.Faults with { Moments = FaultPlan.DrawMoments(ref moments), RotsEverywhere = moments.Chance(0.25) } };
        plan = plan with { Node = plan.Node with { Snapshots = SnapshotDraw.Draw(seed, plan.Node.Raft.ElectionTimeoutMin) } };
        if (nodes > 1) plan = OfRegime(plan, scale, ref random);
        plan = EchoDraw.Draw(OvertakingDraw.Draw(plan, scale));
        return RotDraw.Draw(MembershipDraw.Draw(WrongEffectDraw.Draw(PersistenceDraw.Draw(ScrubDraw.Draw(plan), scale))));
    }

    private static RunPlan OfRegime(RunPlan plan, long scale, ref DeterministicRandom random) =>
        random.Next(20) switch
        {
            < 4 => LeadershipRegimes.ContestTerms(plan, scale, ref random),
            < 7 => LeadershipRegimes.SplitLeaders(plan, scale, ref random),
            < 9 => LeadershipRegimes.MovingLeaders(plan, ref random),
            < 12 => LeadershipRegimes.LeasesAtTheEdge(plan, ref random),
            < 13 => LoadRegimes.Crowd(plan, scale, ref random),
            < 16 => LoadRegimes.ShortLives(plan, scale, ref random),
            16 => LoadRegimes.Lockstep(plan, scale, ref random),
            17 => DamageRegimes.LeaveGaps(plan, scale, ref random),
            _ => plan,
        };

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
