using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>The same run with fewer nodes.</summary>
internal sealed class NodeRemoval
{
    private readonly int _before;
    private readonly int[] _kept;

    private NodeRemoval(int before, int[] kept)
    {
        _before = before;
        _kept = kept;
    }

    /// <summary>Keeps some nodes, which are named anew, and of what is done what concerns them.</summary>
    public static Candidate Keep(Candidate candidate, int[] kept)
    {
        RunPlan before = candidate.Plan;
        var removal = new NodeRemoval(before.NodeCount, kept);
        RunPlan plan = before with
        {
            NodeCount = kept.Length,
            Spares = Math.Min(kept.Count(node => node >= before.NodeCount - before.Spares), kept.Length - 1),
            Aftermath = [.. kept.Select(node => before.Aftermath[node])],
            Faults = before.Faults with { RottingNode = 0 },
        };
        return new Candidate(
            plan,
            [.. candidate.Presets.Select(removal.Keep).OfType<Preset>()],
            [.. candidate.Decisions.Select(removal.Keep).OfType<Decision>()]);
    }

    private Preset? Keep(Preset preset)
    {
        if (Moved(preset.Node) is not { } node) return null;
        int? vote = preset.HardState.VotedFor.IsNone ? null : Moved((int)preset.HardState.VotedFor.Value - 1);
        NodeId votedFor = vote is { } position ? new NodeId((uint)position + 1) : NodeId.None;
        return new Preset(node, preset.Terms, new HardState(preset.HardState.Term, votedFor));
    }

    private Decision? Keep(Decision decision)
    {
        if (decision.Waiting is { } waiting) return Moved(waiting.Node) is { } leader ? decision with { Waiting = waiting with { Node = leader } } : null;
        if (decision.Framed is { } framed)
        {
            FrameName name = framed.Frame;
            return Moved(name.From) is { } from && Moved(name.To) is { } to
                ? new Decision { Framed = (name with { From = from, To = to }, framed.Fate) }
                : null;
        }

        TimedStep timed = decision.Timed!.Value;
        return Keep(timed.Step) is { } step ? decision with { Timed = timed with { Step = step } } : null;
    }

    private Step? Keep(Step step)
    {
        switch (step)
        {
            case TransferStep { Target: >= 0 } transfer:
                return Moved(transfer.Node) is { } leader && Moved(transfer.Target) is { } target ? new TransferStep(leader, target) : null;
            case MembershipStep members:
                List<MemberChange> changes = [.. members.Changes.Where(c => Moved(c.Node) is not null).Select(c => c with { Node = Moved(c.Node)!.Value })];
                return Moved(members.Node) is { } whom && changes.Count > 0 ? new MembershipStep(whom, changes) : null;
            case NodeStep ofNode:
                return Moved(ofNode.Node) is { } node ? ofNode with { Node = node } : null;
            case OperationStep { Via: { } via } operation:
                return Moved(via) is { } asked ? operation with { Via = asked } : null;
            case CutStep cut:
                return Rest(cut.Links) is { Count: > 0 } severed ? cut with { Links = severed } : null;
            case ClogStep clog:
                return Rest(clog.Links) is { Count: > 0 } held ? clog with { Links = held } : null;
            default:
                return step;
        }
    }

    /// <summary>Where a node or client is now; null: nowhere.</summary>
    private int? Moved(int position)
    {
        if (position >= _before) return position - _before + _kept.Length;
        int at = Array.IndexOf(_kept, position);
        return at < 0 ? null : at;
    }

    private List<Link> Rest(IReadOnlyList<Link> links)
    {
        var rest = new List<Link>();
        foreach (Link link in links)
        {
            if (Moved(link.From) is { } from && Moved(link.To) is { } to) rest.Add(new Link(from, to));
        }

        return rest;
    }
}
