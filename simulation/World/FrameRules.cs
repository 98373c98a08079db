using DEngine.Core;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.World;

/// <summary>What scenarios do to frames by kind and link: drop them, hold them back, keep copies; and let go of what is held.</summary>
internal sealed class FrameRules(EventQueue queue)
{
    private readonly List<RuleStep> _rules = [];
    private readonly List<Held> _held = [];

    public void Add(RuleStep rule) => _rules.Add(rule);

    /// <summary>Ends the rules of these links; what they have held stays held.</summary>
    public void Remove(IReadOnlyList<Link> links) => _rules.RemoveAll(rule => rule.Links.Any(links.Contains));

    public void Clear()
    {
        _rules.Clear();
        _held.Clear();
    }

    /// <summary>Whether a rule takes the frame away; the last one that concerns it decides.</summary>
    public bool Applies(Link link, long id, SimulatedFrame frame)
    {
        if (_rules.Count == 0) return false;
        MessageKind kind = KindOf(frame.Bytes);
        for (int i = _rules.Count - 1; i >= 0; i--)
        {
            RuleStep rule = _rules[i];
            if (!rule.Links.Contains(link) || (rule.Kind is { } wanted && wanted != kind)) continue;
            if (rule.Action != RuleAction.Drop) _held.Add(new Held(link, kind, id, frame));
            return rule.Action != RuleAction.Copy;
        }

        return false;
    }

    /// <summary>Delivers what is held, in order or the other way round.</summary>
    public void Release(ReleaseStep step)
    {
        List<Held> wanted = _held.FindAll(held => step.Links.Contains(held.Link) && (step.Kind is null || step.Kind == held.Kind));
        if (step.LastFirst) wanted.Reverse();
        TimeSpan arrival = queue.Now;
        foreach (Held held in wanted.Take(step.Count))
        {
            _held.Remove(held);
            arrival += new TimeSpan(1);
            queue.At(arrival, new SimulationEvent(EventKind.Deliver, held.Link.To, From: held.Link.From, Number: held.Id, Frame: held.Frame));
        }
    }

    private static MessageKind KindOf(byte[] frame) => (MessageKind)frame[FrameFormat.HeaderBytes];

    private sealed record Held(Link Link, MessageKind Kind, long Id, SimulatedFrame Frame);
}
