using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Draws whether and how fast nodes read again what they have on disk: so often that they are through several times in a few seconds.</summary>
internal static class ScrubDraw
{
    public static RunPlan Draw(RunPlan plan)
    {
        DeterministicRandom random = new Draws(plan.Seed).Of(Concern.Scrub);
        if (random.Chance(0.35)) return plan;
        TimeSpan interval = plan.Node.Raft.ElectionTimeoutMin * (0.5 + (8 * random.NextDouble()));
        int piece = (int)random.Between(1, random.Chance(0.5) ? 500 : 20_000);
        long pace = random.Between(20_000, random.Chance(0.5) ? 200_000 : 2_000_000);
        return plan with { Disk = plan.Disk with { Scrub = new ScrubLimits(pace, interval, piece) } };
    }
}
