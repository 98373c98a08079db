using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Reporting;

/// <summary>Watches a run and keeps what its report shows: every event as a row, every frame, and how each node changed. Changes nothing.</summary>
internal sealed class RunRecorder : IWorldWatcher
{
    private readonly List<Row> _rows = [];
    private readonly List<TrackedStep> _steps = [];
    private readonly NodeTrack[] _nodes;
    private int _arriving = -1;

    public RunRecorder(RunPlan plan)
    {
        Plan = plan;
        _nodes = new NodeTrack[plan.NodeCount];
        for (int i = 0; i < _nodes.Length; i++) _nodes[i] = new NodeTrack();
    }

    public RunPlan Plan { get; }

    public IReadOnlyList<Row> Rows => _rows;

    public IReadOnlyList<TrackedStep> Steps => _steps;

    public IReadOnlyList<NodeTrack> Nodes => _nodes;

    public FrameTrack Frames { get; } = new();

    public OperationTrack Operations { get; } = new();

    public void OnStep(TimeSpan now, Step step)
    {
        // What a client does is told when it really begins.
        if (step is OperationStep) return;
        _steps.Add(new TrackedStep(_rows.Count, step));
        Add(now, RowKind.Step, step is NodeStep ? step.Subject : -1, _steps.Count - 1);
    }

    public void OnSent(in SentFrame frame, ReadOnlySpan<byte> bytes) => Frames.Add(frame, bytes);

    public void OnArrived(TimeSpan now, long frame) => _arriving = (int)frame - 1;

    public void OnLost(TimeSpan now, long frame) => Add(now, RowKind.Lost, Frames.Frames[(int)frame - 1].Name.To, (int)frame - 1);

    public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        switch (happened)
        {
            case EventKind.Fault:
                // Belongs to the step, or to the end of the safety phase, that was told just before.
                break;
            case EventKind.DeliverDamaged:
                _rows[^1] = _rows[^1] with { Kind = RowKind.Damaged };
                break;
            default:
                Add(now, KindOf(happened), node.Position, happened == EventKind.Deliver ? _arriving : -1);
                break;
        }

        _arriving = -1;
        Frames.SetRow(_rows.Count - 1);
        _nodes[node.Position].Look(_rows.Count - 1, now, node);
    }

    public void OnBegun(TimeSpan now, OperationStep operation) => Add(now, RowKind.Begun, -1, Operations.Begin(_rows.Count, operation));

    public void OnEnded(TimeSpan now, OperationStep operation, string outcome) =>
        Add(now, RowKind.Ended, -1, Operations.End(_rows.Count, operation, outcome));

    public void OnSettled(TimeSpan now) => Add(now, RowKind.Settled, -1, -1);

    /// <summary>The run is over. A violation has cut its last event short: what the nodes are like now belongs to the verdict.</summary>
    public void Finish(TimeSpan now)
    {
        if (_arriving >= 0) Add(now, RowKind.Arrived, Frames.Frames[_arriving].Name.To, _arriving);
        _arriving = -1;
        Add(now, RowKind.Verdict, -1, -1);
        Frames.SetRow(_rows.Count - 1);
        foreach (NodeTrack track in _nodes)
        {
            if (track.Node is { } node) track.Look(_rows.Count - 1, now, node);
        }
    }

    private void Add(TimeSpan now, RowKind kind, int node, int subject) => _rows.Add(new Row(now, kind, node, subject));

    private static RowKind KindOf(EventKind happened) => happened switch
    {
        EventKind.Deliver => RowKind.Arrived,
        EventKind.DiskDone or EventKind.FlushDue or EventKind.LogScrub => RowKind.DiskDone,
        EventKind.Wake => RowKind.Wake,
        EventKind.Pump => RowKind.Pass,
        EventKind.RequestArrives => RowKind.Request,
        EventKind.Restart => RowKind.Start,
        EventKind.SnapshotStep or EventKind.SnapshotResult or EventKind.SnapshotScrub => RowKind.Snapshot,
        EventKind.ClockHeals or EventKind.RoomAgain => RowKind.Mended,
        _ => throw new InvalidOperationException($"{happened} does not happen to a node"),
    };
}

/// <summary>Something that was done from outside, and its row.</summary>
internal sealed record TrackedStep(int Row, Step Step);
