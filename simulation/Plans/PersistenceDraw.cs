using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws whether nodes acknowledge before they sync, how much of that they have under way, and how often power fails there.</summary>
internal static class PersistenceDraw
{
    public static RunPlan Draw(RunPlan plan, long scale)
    {
        DeterministicRandom random = new Draws(plan.Seed).Of(Concern.Persistence);
        if (!random.Chance(0.3)) return plan;
        int threshold = (int)random.Between(1, random.Chance(0.5) ? 4 : 60);
        var limits = new FlushLimits(
            threshold, TimeSpan.FromMilliseconds(scale) * (0.2 + (20 * random.NextDouble())), threshold + (int)random.Between(0, random.Chance(0.5) ? 4 : 200));
        plan = plan with { Disk = plan.Disk with { Flush = limits } };
        if (plan.Faults.SparesProcesses) return plan;

        // One machine after another, so that each is back before the next goes; or just any.
        FaultPlan faults = plan.Faults.With(FaultKind.PowerLoss, (int)random.Between(1, 30));
        if (random.Chance(0.7)) faults = faults.With(FaultKind.PowerLossOfAll, 0);
        if (random.Chance(0.4)) faults = faults with { DurationMax = plan.Node.Raft.ElectionTimeoutMin * (0.1 + random.NextDouble()), QuickRestarts = 0.6 };
        plan = plan with { Faults = faults };
        return plan.NodeCount >= 3 && random.Chance(0.25) ? Overwritten(plan, scale, ref random) : plan;
    }

    /// <summary>
    /// Who was alone comes back with what has been synced there meanwhile, acknowledges what takes the place of it, and loses power before that is synced.
    /// </summary>
    private static RunPlan Overwritten(RunPlan plan, long scale, ref DeterministicRandom random)
    {
        TimeSpan timeout = plan.Node.Raft.ElectionTimeoutMax;
        return plan with
        {
            Disk = plan.Disk with { Flush = new FlushLimits(1000, timeout * (0.1 + (0.9 * random.NextDouble())), 2000) },
            Workload = plan.Workload.With(ClientFunction.Write, 10) with
            {
                ClientCount = 8,
                ThinkTimeMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 4)),
            },
            Faults = plan.Faults.Quieter(ref random)
                .With(FaultKind.Isolate, (int)random.Between(10, 30))
                .With(Moment.Conflict, 0.3 + (0.7 * random.NextDouble())) with
            {
                Interval = timeout * (0.5 + random.NextDouble()),
                DurationMax = timeout * (1 + (2 * random.NextDouble())),
                LeaderBias = 0.5 + (0.5 * random.NextDouble()),
            },
        };
    }
}
