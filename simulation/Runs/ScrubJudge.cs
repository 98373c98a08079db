using DEngine.Simulation.Plans;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Runs;

/// <summary>
/// A node that reads again what it has on disk finds all damage and gets rid of it, without a restart. Asked in a cluster at peace, of every whole node.
/// </summary>
internal static class ScrubJudge
{
    /// <returns>What a start would still find; empty: nothing.</returns>
    public static string FindRot(SimulatedWorld world, RunPlan plan)
    {
        if (plan.Disk.Scrub is not { } limits) return "";
        SimulatedNode[] rotten = [.. world.Nodes.ToArray().Where(node => node.IsRotten && node.Aftermath == Aftermath.Whole && node.Node is not null)];
        if (rotten.Length == 0) return "";
        double pass = 2.0 * rotten.Max(node => node.Disk.UsedBytes) / limits.BytesPerSecond;
        TimeSpan bound = (limits.Interval + TimeSpan.FromSeconds(pass)) * 5;
        if (!world.RunUntil(world.Queue.Now + bound, () => Array.TrueForAll(rotten, node => node.HasScrubbed)))
            return $"LIVE the scrub has not been over everything within {bound.TotalSeconds:F3} s";

        // A snapshot may be on its way that is to take the place of what was found.
        world.RunUntil(world.Queue.Now + (plan.Node.Raft.ElectionTimeoutMax * 40));
        foreach (SimulatedNode node in rotten)
        {
            if (node.Node is not null && node.FindDamage() is { Length: > 0 } left)
                return $"SCRUB {node.Id} has read again all that it has on disk, and there is still: {left}";
        }

        return "";
    }
}
