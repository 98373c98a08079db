using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Coverage;

/// <summary>What a set of cut links is to each node, told from the links alone: a step does not say what it was drawn for.</summary>
internal static class CutMeeting
{
    /// <summary>For each node what it meets; null: nothing.</summary>
    /// <param name="nodes">How many there are.</param>
    /// <param name="links">Those that are cut, none twice.</param>
    public static NodeFault?[] Read(int nodes, IReadOnlyList<Link> links)
    {
        var cut = new bool[nodes, nodes];
        foreach (Link link in links) cut[link.From, link.To] = true;
        return links.Count == 0 ? new NodeFault?[nodes] : OfSides(nodes, cut, links.Count) ?? OfNodes(nodes, cut);
    }

    /// <summary>When the cut links are all links between two sides or more, in both directions, and no others; null: they are not.</summary>
    private static NodeFault?[]? OfSides(int nodes, bool[,] cut, int cutCount)
    {
        int[] side = Sides(nodes, cut);
        int between = 0;
        var sizes = new int[nodes];
        for (int from = 0; from < nodes; from++)
        {
            sizes[side[from]]++;
            for (int to = 0; to < nodes; to++)
            {
                if (side[from] != side[to]) between++;
            }
        }

        if (between == 0 || between != cutCount) return null;
        var met = new NodeFault?[nodes];
        for (int node = 0; node < nodes; node++)
        {
            int size = sizes[side[node]];
            if (size * 2 > nodes) met[node] = NodeFault.CutWithMajority;
            else met[node] = size == 1 ? NodeFault.CutOff : NodeFault.CutWithMinority;
        }

        return met;
    }

    /// <summary>Those that are all but alone; if nobody is, everybody at the end of a cut link.</summary>
    private static NodeFault?[] OfNodes(int nodes, bool[,] cut)
    {
        var met = new NodeFault?[nodes];
        var touched = new NodeFault?[nodes];
        bool isAboutSome = false;
        for (int node = 0; node < nodes; node++)
        {
            int heard = 0;
            int said = 0;
            bool isSymmetric = true;
            for (int other = 0; other < nodes; other++)
            {
                if (cut[other, node]) heard++;
                if (cut[node, other]) said++;
                isSymmetric &= cut[other, node] == cut[node, other];
            }

            if (heard == nodes - 1 && said == nodes - 1) met[node] = NodeFault.CutOff;
            else if (heard == nodes - 1) met[node] = NodeFault.Deaf;
            else if (said == nodes - 1) met[node] = NodeFault.Mute;
            else if (heard == nodes - 2 && isSymmetric && nodes > 2) met[node] = NodeFault.OneLink;
            if (heard + said > 0) touched[node] = NodeFault.SomeLinks;
            isAboutSome |= met[node] is not null;
        }

        return isAboutSome ? met : touched;
    }

    /// <summary>For each node the lowest one that it can still exchange frames with, over others too.</summary>
    private static int[] Sides(int nodes, bool[,] cut)
    {
        int[] side = [.. Enumerable.Range(0, nodes)];
        for (int round = 0; round < nodes; round++)
        {
            for (int from = 0; from < nodes; from++)
            {
                for (int to = 0; to < nodes; to++)
                {
                    if (!cut[from, to]) side[to] = side[from] = Math.Min(side[from], side[to]);
                }
            }
        }

        return side;
    }
}
