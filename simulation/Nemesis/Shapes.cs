using DEngine.Core;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Nemesis;

/// <summary>Sets of links, by shape.</summary>
internal static class Shapes
{
    /// <summary>Every link between two sides.</summary>
    public static List<Link> Between(int nodes, Func<int, bool> isOnOneSide) =>
        Where(nodes, (from, to) => isOnOneSide(from) != isOnOneSide(to));

    /// <summary>Every link of one node, but those with <paramref name="bridge"/>, if there is one.</summary>
    public static List<Link> Isolate(int nodes, int node, int bridge = -1) =>
        Where(nodes, (from, to) => (from == node && to != bridge) || (to == node && from != bridge));

    /// <summary>What two nodes would say to each other; nothing if they are the same.</summary>
    public static List<Link> OneLink(int one, int other) => one == other ? [] : [new Link(one, other), new Link(other, one)];

    /// <summary>Everything that a node would receive.</summary>
    public static List<Link> Deafen(int nodes, int node) => Where(nodes, (_, to) => to == node);

    /// <summary>Everything that a node would send, but to <paramref name="bridge"/>, if there is one.</summary>
    public static List<Link> Silence(int nodes, int node, int bridge = -1) => Where(nodes, (from, to) => from == node && to != bridge);

    /// <summary>Each link on the toss of a coin.</summary>
    public static List<Link> AtRandom(int nodes, double share, ref DeterministicRandom random)
    {
        var links = new List<Link>();
        for (int from = 0; from < nodes; from++)
        {
            for (int to = 0; to < nodes; to++)
            {
                if (from != to && random.Chance(share)) links.Add(new Link(from, to));
            }
        }

        return links;
    }

    private static List<Link> Where(int nodes, Func<int, int, bool> isWanted)
    {
        var links = new List<Link>();
        for (int from = 0; from < nodes; from++)
        {
            for (int to = 0; to < nodes; to++)
            {
                if (from != to && isWanted(from, to)) links.Add(new Link(from, to));
            }
        }

        return links;
    }
}
