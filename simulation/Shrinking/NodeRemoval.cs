using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>The same run with fewer nodes.</summary>
internal static class NodeRemoval
{
    /// <summary>Keeps the first nodes, and of what is done what concerns them.</summary>
    public static Candidate Keep(Candidate candidate, int nodes)
    {
        int before = candidate.Plan.NodeCount;
        RunPlan plan = candidate.Plan with
        {
            NodeCount = nodes,
            Aftermath = [.. candidate.Plan.Aftermath.Take(nodes)],
            Faults = candidate.Plan.Faults with { RottingNode = Math.Min(candidate.Plan.Faults.RottingNode, nodes - 1) },
        };
        var kept = new List<Decision>();
        foreach (Decision decision in candidate.Decisions)
        {
            if (Keep(decision, before, nodes) is { } remaining) kept.Add(remaining);
        }

        return new Candidate(plan, [.. candidate.Presets.Where(p => p.Node < nodes)], kept);
    }

    private static Decision? Keep(Decision decision, int before, int nodes)
    {
        if (decision.Waiting is { } waiting) return waiting.Node < nodes ? decision : null;
        if (decision.Framed is { } framed)
        {
            FrameName name = framed.Frame;
            bool concerns = IsKept(name.From) && IsKept(name.To);
            return concerns ? new Decision { Framed = (name with { From = Moved(name.From), To = Moved(name.To) }, framed.Fate) } : null;
        }

        TimedStep timed = decision.Timed!.Value;
        return timed.Step switch
        {
            NodeStep ofNode when ofNode.Node >= nodes => null,
            TransferStep transfer when transfer.Target >= nodes => null,
            OperationStep { Via: { } via } when via >= nodes => null,
            CutStep cut => Rest(cut.Links) is { Count: > 0 } links ? new Decision { Timed = timed with { Step = cut with { Links = links } } } : null,
            ClogStep clog => Rest(clog.Links) is { Count: > 0 } links ? new Decision { Timed = timed with { Step = clog with { Links = links } } } : null,
            _ => decision,
        };

        bool IsKept(int position) => position < nodes || position >= before;
        int Moved(int position) => position < before ? position : position - before + nodes;
        List<Link> Rest(IReadOnlyList<Link> links) => [.. links.Where(l => l.From < nodes && l.To < nodes)];
    }
}
