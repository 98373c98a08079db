using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// Does what the snapshots' thread does in production, a step at a time, each with the time that the disk takes. A crash finds it between any two steps, or
/// within one at any operation of the disk.
/// </summary>
internal sealed class SimulatedSnapshotWorker(SimulatedWorld world, RunPlan plan, SimulatedNode node)
{
    /// <summary>As in production.</summary>
    public const int RetainCount = 2;

    private readonly Draws _draws = new(plan.Seed);
    private SnapshotWork? _work;
    private bool _isAtStep;
    private long _steps;

    public void Start(SnapshotWork work)
    {
        _work = work;
        _isAtStep = false;
    }

    public void Submit(SnapshotRequest request)
    {
        _work!.Add(request);
        BeginStep();
    }

    /// <summary>The time of a step is over: now it takes effect. Null: it has come to no result yet.</summary>
    public SnapshotResult? FinishStep()
    {
        try
        {
            _isAtStep = false;
            SnapshotResult? result = _work!.Step();
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

    /// <summary>The process ends.</summary>
    public void Crash() => _work = null;

    private void BeginStep()
    {
        if (_isAtStep || !_work!.HasWork) return;
        _isAtStep = true;
        DeterministicRandom random = _draws.Of(Concern.SnapshotLatency, node.Position, ++_steps);
        TimeSpan latency = random.Between(plan.Disk.LatencyMin, plan.Disk.LatencyMax);
        world.Queue.After(latency, new SimulationEvent(EventKind.SnapshotStep, node.Position, node.Life));
    }
}
