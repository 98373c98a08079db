using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// Does what the snapshots' thread does in production, a step at a time, each with the time that the disk takes. A crash finds it between any two steps, or
/// within one at any operation of the disk. The node hears of what has been done a while later, and other things come in between.
/// </summary>
internal sealed class SimulatedSnapshotWorker(SimulatedWorld world, RunPlan plan, SimulatedNode node)
{
    /// <summary>As in production.</summary>
    public const int RetainCount = 2;

    private readonly Draws _draws = new(plan.Seed);
    private readonly Queue<SnapshotResult> _results = new();
    private SnapshotWork? _work;
    private ScrubSchedule _scrub = new(null, TimeSpan.Zero);
    private bool _isAtStep;
    private long _steps;

    /// <summary>The disk does nothing for snapshots until then.</summary>
    public TimeSpan HangsUntil { get; set; }

    /// <summary>A snapshot of the node's own state is being written, or is about to be.</summary>
    public bool IsSaving { get; private set; }

    /// <summary>What a leader is sending and has not come whole; none: nothing.</summary>
    public SnapshotId Incoming { get; private set; }

    /// <summary>What a leader sent has come whole and is durable, and the node has not heard of it.</summary>
    public bool IsReceivedWhole => _results.Any(result => result is SnapshotResult.Received);

    /// <summary>A snapshot is durable, the node's own or a leader's, and the node has not heard of it.</summary>
    public bool HasUnheardSnapshot => _results.Any(result => result is SnapshotResult.Saved or SnapshotResult.Received);

    public void Start(SnapshotWork work)
    {
        Crash();
        _work = work;
        _isAtStep = false;
        _scrub = new ScrubSchedule(plan.Disk.Scrub, world.Queue.Now);
        ScheduleScrub();
    }

    /// <summary>Reads the next piece of the snapshots again.</summary>
    public ScrubStep Scrub()
    {
        try
        {
            ScrubStep step = _work!.Scrub(_scrub.PieceBytes);
            _scrub.OnStep(step, world.Queue.Now);
            ScheduleScrub();
            if (!step.DamagedSnapshot.IsNone) Announce(new SnapshotResult.Scrubbed(step));
            return step;
        }
        catch (IOException failure)
        {
            throw new SimulatedCrashException($"{node.Id} ends: {failure.Message}");
        }
    }

    public void Submit(SnapshotRequest request)
    {
        IsSaving |= request is SnapshotRequest.Save;
        if (request is SnapshotRequest.Store store) Incoming = store.Snapshot;
        _work!.Add(request);
        BeginStep();
    }

    /// <summary>The time of a step is over: now it takes effect.</summary>
    /// <returns>What it has come to, if to anything.</returns>
    public SnapshotResult? FinishStep()
    {
        try
        {
            _isAtStep = false;
            SnapshotResult? result = _work!.Step();
            if (result is SnapshotResult.NotSaved) world.FaultWatcher?.OnDiskFault(world.Queue.Now, node, DiskFaultKind.Full, DiskOperationKind.Write);
            IsSaving &= result is not (SnapshotResult.Saved or SnapshotResult.NotSaved);
            if (result is SnapshotResult.Received received && received.Snapshot == Incoming) Incoming = default;
            if (result is not null) Announce(result);
            BeginStep();
            return result;
        }
        catch (InvalidDataException wrong)
        {
            throw new ViolationException($"SNAP {node.Id} cannot read a snapshot although its checksums are right: {wrong.Message}");
        }
        catch (IOException failure)
        {
            throw new SimulatedCrashException($"{node.Id} ends: {failure.Message}");
        }
    }

    /// <summary>What the node hears of next.</summary>
    public SnapshotResult TakeResult() => _results.Dequeue();

    /// <summary>The process ends.</summary>
    public void Crash()
    {
        _work = null;
        _results.Clear();
        IsSaving = false;
        Incoming = default;
    }

    private void Announce(SnapshotResult result)
    {
        _results.Enqueue(result);
        DeterministicRandom random = _draws.Of(Concern.SnapshotLatency, node.Position, -_steps);
        // Late, but not so late that a leader takes its own disk for one that hangs, and hands over again and again (seed 4375).
        TimeSpan longest = TimeSpan.FromTicks(Math.Min((plan.Network.DelayMax * 4).Ticks, (plan.Node.Raft.ElectionTimeoutMin / 4).Ticks));
        TimeSpan delay = random.Chance(0.5) ? TimeSpan.Zero : random.Between(TimeSpan.Zero, longest);
        world.Queue.After(delay, new SimulationEvent(EventKind.SnapshotResult, node.Position, node.Life));
    }

    private void ScheduleScrub()
    {
        if (_scrub.NextAt is { } next) world.Queue.At(next, new SimulationEvent(EventKind.SnapshotScrub, node.Position, node.Life));
    }

    private void BeginStep()
    {
        if (_isAtStep || !_work!.HasWork) return;
        _isAtStep = true;
        DeterministicRandom random = _draws.Of(Concern.SnapshotLatency, node.Position, ++_steps);
        TimeSpan latency = random.Between(plan.Disk.LatencyMin, plan.Disk.LatencyMax);
        world.Queue.After(latency, new SimulationEvent(EventKind.SnapshotStep, node.Position, node.Life));
    }
}
