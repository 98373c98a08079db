using System.Numerics;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;
using DEngine.Storage;

namespace DEngine.Simulation.Coverage;

/// <summary>
/// Watches a run and counts which fault has met a node at what. A fault counts when it meets somebody: not when it is drawn, not when the process is not
/// there, and what lies in wait not before it comes true.
/// </summary>
internal sealed class RunCoverage : IWorldWatcher, IFaultWatcher
{
    private readonly RunPlan _plan;
    private readonly int[] _counts = new int[Cell.Count];
    private readonly FrameNotes _frames;
    private readonly PhaseReader _phases;
    private readonly StateNotes _states = new();
    private readonly NodePhases[] _before;
    private readonly bool[] _wasRotten;
    private readonly bool[] _wasBroken;
    private readonly TimeSpan[] _electedAt;
    private SimulatedWorld? _world;
    private ClusterFingerprint? _fingerprint;
    private Step? _step;
    private int _echoed;
    private bool _isSettling;

    public RunCoverage(RunPlan plan)
    {
        _plan = plan;
        _frames = new FrameNotes(_counts);
        _phases = new PhaseReader(plan);
        _before = new NodePhases[plan.NodeCount];
        _wasRotten = new bool[plan.NodeCount];
        _wasBroken = new bool[plan.NodeCount];
        _electedAt = new TimeSpan[plan.NodeCount];
    }

    private SimulatedWorld World => _world ?? throw new InvalidOperationException("the world has not begun");

    /// <summary>Runs a seed and says what it has met.</summary>
    public static (RunResult Result, SeedCoverage Coverage) Run(ulong seed)
    {
        RunPlan plan = RunPlan.Draw(seed);
        var coverage = new RunCoverage(plan);
        RunResult result = Simulator.Run(plan, new RunOptions { Watcher = coverage, FaultWatcher = coverage });
        return (result, coverage.Finish());
    }

    /// <summary>How often a fault has met a node at something.</summary>
    public int CountOf(NodeFault fault, NodePhases phase) => _counts[Cell.Of(fault, Cell.NumberOf(phase))];

    /// <summary>How often something has become of frames of a kind.</summary>
    public int CountOf(Core.MessageKind kind, FrameHarm harm) => _counts[Cell.Of(FrameRow.Of(kind), harm)];

    public SeedCoverage Finish() => new(_plan.Seed, _counts, _states.States, _states.Transitions);

    public void OnBegin(SimulatedWorld world)
    {
        _world = world;
        _phases.Begin(world);
        _fingerprint = new ClusterFingerprint(world, _phases);
    }

    public void OnStep(TimeSpan now, Step step)
    {
        if (step is NodeStep ofNode) _before[ofNode.Node] = _phases.Of(now, World.Nodes[ofNode.Node]);
        switch (step)
        {
            case CutStep cut:
                NodeFault?[] met = CutMeeting.Read(_plan.NodeCount, cut.Links);
                for (int node = 0; node < met.Length; node++) Meet(now, met[node], node);
                break;
            case ClogStep clog:
                foreach (Link link in clog.Links)
                {
                    Meet(now, NodeFault.CloggedFrom, link.From);
                    Meet(now, NodeFault.CloggedTo, link.To);
                }

                break;
            case CrashNewLeaderStep mishap:
                _electedAt[mishap.Node] = now;
                break;
            case NodeStep done:
                Meet(done);
                _step = done;
                break;
            default:
                break;
        }
    }

    public void OnSent(in SentFrame frame, ReadOnlySpan<byte> bytes)
    {
        bool isEcho = _step is EchoStep;
        if (isEcho) _echoed++;
        _frames.OnSent(frame, isEcho);
    }

    public void OnArrived(TimeSpan now, long frame)
    {
        if (World.Nodes[_frames.ReceiverOf(frame)].Node is { } receiver) _frames.OnArrived(frame, receiver);
    }

    public void OnLost(TimeSpan now, long frame) => _frames.OnLost(frame, World);

    public void OnHeld(TimeSpan now, long frame) => _frames.OnHeld(frame);

    public void OnClientMessageLost(TimeSpan now, bool isAnswer) => _frames.OnClientMessageLost(isAnswer);

    public void OnDiskFault(TimeSpan now, SimulatedNode node, DiskFaultKind fault, DiskOperationKind operation) =>
        Count(DiskMeeting.Read(fault, operation), node.Node is null ? NodePhases.Opening : _phases.Of(now, node));

    public void OnDiverged(TimeSpan now, SimulatedNode node) => Count(NodeFault.FoundWrong, _phases.Of(now, node));

    public void OnFoundReplaced(TimeSpan now, SimulatedNode node) => Count(NodeFault.FoundReplaced, _phases.Of(now, node));

    public void OnDiskHangs(TimeSpan now, SimulatedNode node) => Count(NodeFault.DiskHangs, _phases.Of(now, node));

    public void OnScrubFound(TimeSpan now, SimulatedNode node) => Count(NodeFault.ScrubFinds, _phases.Of(now, node));

    public void OnEndInPass(TimeSpan now, SimulatedNode node, PassEffect before)
    {
        NodeFault fault = before switch
        {
            // It counts effects from there on; when that pass had too few of them, it comes true in a later one.
            _ when _electedAt[node.Position] == now => NodeFault.EndsNewLeader,
            PassEffect.Submission => NodeFault.EndsBeforeSubmission,
            PassEffect.Message => NodeFault.EndsBeforeMessage,
            PassEffect.Answer => NodeFault.EndsBeforeAnswer,
            _ => throw new InvalidOperationException($"unknown effect {before}"),
        };
        Count(fault, _phases.Of(now, node));
    }

    public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        int position = node.Position;
        if (happened == EventKind.Fault) OnDone(node);
        if (node.IsBroken && !_wasBroken[position]) Count(NodeFault.RotFound, NodePhases.Opening);
        _wasRotten[position] = node.IsRotten;
        _wasBroken[position] = node.IsBroken;
        _phases.Look(now, node, happened);
        if (_fingerprint!.Look(now, node)) _states.Enter(_fingerprint.Value);
    }

    public void OnSettled(TimeSpan now)
    {
        _isSettling = true;
        foreach (SimulatedNode node in World.Nodes) _before[node.Position] = _phases.Of(now, node);
    }

    /// <summary>A step has been performed, or the node left as it stays: some of it can be told only now.</summary>
    private void OnDone(SimulatedNode node)
    {
        NodePhases before = _before[node.Position];
        if (_isSettling)
        {
            if (StepMeeting.Read(node.Aftermath) is { } left) Count(left, before);
            return;
        }

        bool isUp = before != NodePhases.Down;
        if (_step is EchoStep && isUp && _echoed > 0) Count(NodeFault.Echo, before);
        if (_step is BitRotStep && node.IsRotten && !_wasRotten[node.Position]) Count(NodeFault.Rots, before);
        bool isMoving = _step is TransferStep && (before & NodePhases.Transferring) == 0 && node.Node is { Raft.TransferTarget.IsNone: false };
        if (isMoving) Count(NodeFault.Transfer, before);
        _step = null;
        _echoed = 0;
    }

    private void Meet(NodeStep step)
    {
        NodePhases before = _before[step.Node];
        if (StepMeeting.Read(step) is { } fault && (before != NodePhases.Down || StepMeeting.MeetsMachine(fault))) Count(fault, before);
    }

    private void Meet(TimeSpan now, NodeFault? fault, int position)
    {
        SimulatedNode node = World.Nodes[position];
        if (fault is { } met && node.Node is not null) Count(met, _phases.Of(now, node));
    }

    private void Count(NodeFault fault, NodePhases phases)
    {
        for (uint left = (uint)phases; left != 0; left &= left - 1) _counts[Cell.Of(fault, BitOperations.TrailingZeroCount(left))]++;
    }
}
