using DEngine.Core;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Runs;

/// <summary>
/// Digests are compared whether anything is wrong or not (S2): in a cluster at peace every member that hears the leader gets to know that a majority has its
/// digest at all that it has applied. A comparison that is left out would else be seen only where a state goes wrong just then.
/// </summary>
internal static class ComparisonJudge
{
    /// <param name="world">A cluster at peace.</param>
    /// <param name="bound">How much longer it may take; none of it passes when it has been done.</param>
    /// <returns>Whose state has not been compared; empty: everybody's has.</returns>
    public static string FindUncompared(SimulatedWorld world, TimeSpan bound)
    {
        if (world.Divergence.HasSpread || IsCompared(world) || world.RunUntil(world.Queue.Now + bound, () => IsCompared(world))) return "";
        if (FirstUncompared(world) is not { } node) return "DIG nobody leads for long enough to compare digests";
        return $"DIG {node.Id} has applied {node.AppliedIndex} entries, and at peace no majority has confirmed more of them than {node.ConfirmedDigestIndex}";
    }

    private static bool IsCompared(SimulatedWorld world) => world.LeaderOr(-1) >= 0 && FirstUncompared(world) is null;

    private static Node? FirstUncompared(SimulatedWorld world)
    {
        // Who is alone has nobody to compare with.
        int leader = world.LeaderOr(-1);
        if (leader < 0 || world.Nodes[leader].Node!.Raft.Peers.IsEmpty) return null;
        foreach (SimulatedNode node in world.Nodes)
        {
            if (!world.TakesPart(node) || world.Network.IsCut(leader, node.Position)) continue;
            if (node.Node is { } running && running.ConfirmedDigestIndex < running.AppliedIndex) return running;
        }

        return null;
    }
}
