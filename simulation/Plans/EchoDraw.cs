using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws in which runs the past comes back just where a node's state has turned, so that what it was told before speaks of another world.</summary>
internal static class EchoDraw
{
    private const double ShareOfLeaders = 0.06;

    private const double ShareOfOthers = 0.12;

    public static RunPlan Draw(RunPlan plan)
    {
        DeterministicRandom random = new Draws(plan.Seed).Of(Concern.Echoing);
        if (plan.NodeCount < 3) return plan;
        bool comesToLeaders = random.Chance(ShareOfLeaders);
        if (random.Chance(ShareOfOthers)) plan = ComesToOthers(plan, ref random);
        return comesToLeaders ? ComesToLeaders(plan, ref random) : plan;
    }

    private static RunPlan ComesToOthers(RunPlan plan, ref DeterministicRandom random) => plan with
    {
        Faults = plan.Faults
            .With(Moment.Lacking, random.NextDouble())
            .With(Moment.Recovered, 0.3 + (0.7 * random.NextDouble()))
            .With(Moment.Follows, 0.5 * random.NextDouble())
            .With(Moment.Restored, random.NextDouble()),
    };

    /// <summary>
    /// Those who lead again hear what they were told the last time, when others have led in between and have put other entries into their logs: leaders
    /// change all the time, and entries travel one by one.
    /// </summary>
    private static RunPlan ComesToLeaders(RunPlan plan, ref DeterministicRandom random)
    {
        if (random.Chance(0.6)) plan = plan with { NodeCount = 5, Aftermath = plan.NodeCount == 5 ? plan.Aftermath : new Aftermath[5] };
        TimeSpan timeout = plan.Node.Raft.ElectionTimeoutMax;
        return plan with
        {
            Faults = plan.Faults.Quieter(ref random).Sparing()
                .With(FaultKind.Partition, (int)random.Between(10, 30))
                .With(FaultKind.Transfer, (int)random.Between(5, 20))
                .With(Moment.FirstCommit, 0.3 * random.NextDouble()) with
            {
                Interval = timeout * (0.5 + random.NextDouble()),
                DurationMax = timeout * (1 + (2 * random.NextDouble())),
                LeaderBias = 0.6 + (0.4 * random.NextDouble()),
                MishapOfNewLeader = 0.9,
                EchoesOfNewLeader = 0.5 + (0.4 * random.NextDouble()),
            },
            Workload = plan.Workload.With(ClientFunction.Write, 10) with { ClientCount = 8, ThinkTimeMax = timeout * 0.1 },
            Network = plan.Network with { Loss = plan.Network.Loss / 3, KeepsOrder = false },
            Node = plan.Node with
            {
                PendingWritesMax = 1000,
                Raft = plan.Node.Raft with { AppendEntriesMax = (int)random.Between(1, 2), InflightMessagesMax = (int)random.Between(1, 3) },
            },
        };
    }
}
