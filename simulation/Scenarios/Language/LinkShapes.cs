using DEngine.Simulation.Nemesis;

namespace DEngine.Simulation.Scenarios.Language;

/// <summary>A cut as somebody would say it: whom it isolates, deafens or silences, which groups it parts; or link by link.</summary>
internal static class LinkShapes
{
    /// <param name="links">What is cut.</param>
    /// <param name="nodes">How many nodes there are; 0: not known, so that only links can be named.</param>
    public static string Write(IReadOnlyList<Link> links, int nodes)
    {
        var cut = new HashSet<Link>(links);
        for (int node = 0; node < nodes; node++)
        {
            if (cut.SetEquals(Shapes.Isolate(nodes, node))) return $"isolate n{node + 1}";
            if (cut.SetEquals(Shapes.Deafen(nodes, node))) return $"deafen n{node + 1}";
            if (cut.SetEquals(Shapes.Silence(nodes, node))) return $"silence n{node + 1}";
        }

        for (int node = 0; node < nodes; node++)
        {
            for (int bridge = 0; bridge < nodes; bridge++)
            {
                if (nodes > 3 && bridge != node && cut.SetEquals(Shapes.Isolate(nodes, node, bridge))) return $"isolate n{node + 1} but n{bridge + 1}";
            }
        }

        return Sides(cut, nodes) ?? $"cut {StepWriter.WriteLinks(links)}";
    }

    /// <summary>Two groups without a link between them; null: it is not that.</summary>
    private static string? Sides(HashSet<Link> cut, int nodes)
    {
        if (cut.Count == 0 || nodes == 0) return null;
        bool IsWithFirst(int node) => !cut.Contains(new Link(0, node));
        if (!cut.SetEquals(Shapes.Between(nodes, IsWithFirst))) return null;
        IEnumerable<int> all = Enumerable.Range(0, nodes);
        return $"cut {Names(all.Where(IsWithFirst))} | {Names(all.Where(node => !IsWithFirst(node)))}";
    }

    private static string Names(IEnumerable<int> nodes) => string.Join(' ', nodes.Select(node => $"n{node + 1}"));
}
