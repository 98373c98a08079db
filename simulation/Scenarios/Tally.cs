using DEngine.Core;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Scenarios;

/// <summary>Counts what conditions ask for: frames by link and kind, and leaders.</summary>
/// <param name="next">Told the same, if there is one.</param>
internal sealed class Tally(IWorldWatcher? next) : IWorldWatcher
{
    private readonly Dictionary<(Link Link, MessageKind Kind), long> _sent = [];
    private long _latestTerm;

    /// <summary>Leaders elected since counting began.</summary>
    public long NewLeaders { get; private set; }

    /// <summary>Frames of a kind sent on a link since counting began.</summary>
    public long SentOn(Link link, MessageKind kind) => _sent.GetValueOrDefault((link, kind));

    /// <summary>Everything counts from here.</summary>
    public void Reset()
    {
        _sent.Clear();
        NewLeaders = 0;
    }

    public void OnStep(TimeSpan now, Step step) => next?.OnStep(now, step);

    public void OnSent(in SentFrame frame, ReadOnlySpan<byte> bytes)
    {
        var name = (new Link(frame.Name.From, frame.Name.To), (MessageKind)bytes[FrameFormat.HeaderBytes]);
        _sent[name] = _sent.GetValueOrDefault(name) + 1;
        next?.OnSent(frame, bytes);
    }

    public void OnArrived(TimeSpan now, long frame) => next?.OnArrived(now, frame);

    public void OnLost(TimeSpan now, long frame) => next?.OnLost(now, frame);

    public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        // A leader of an older term that late votes have made is none that anybody follows.
        if (node.IsLeader && node.Node!.Raft.Term > _latestTerm)
        {
            _latestTerm = node.Node.Raft.Term;
            NewLeaders++;
        }

        next?.OnNode(now, node, happened);
    }

    public void OnBegun(TimeSpan now, OperationStep operation) => next?.OnBegun(now, operation);

    public void OnEnded(TimeSpan now, OperationStep operation, string outcome) => next?.OnEnded(now, operation, outcome);

    public void OnSettled(TimeSpan now) => next?.OnSettled(now);
}
