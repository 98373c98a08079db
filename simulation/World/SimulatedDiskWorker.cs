using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// Drives a node's <see cref="LogWork"/> as the disk's thread does in production: one step after the other, each of which takes its time. A crash finds it
/// anywhere.
/// </summary>
internal sealed class SimulatedDiskWorker(SimulatedWorld world, RunPlan plan, SimulatedNode node, DiskFaults faults)
{
    private readonly Draws _draws = new(plan.Seed);
    private readonly List<PersistBatch> _submitted = [];
    private LogWork? _work;
    private WatchedLog? _log;
    private TimeSpan? _wakeAt;
    private bool _isAtStep;
    private long _steps;

    /// <summary>The disk does nothing for the log until then.</summary>
    public TimeSpan HangsUntil { get; set; }

    /// <summary>Where the log begins for what was dropped last; 0: nothing has been since the start.</summary>
    public long DroppedBefore => _work!.DroppedBefore;

    /// <summary>When something was written that has not been synced, by the queue's clock; null: everything has.</summary>
    public TimeSpan? UnsyncedSince { get; private set; }

    /// <summary>Something has been submitted and is not durable yet.</summary>
    public bool IsBusy => _isAtStep || _work is { Waiting: > 0 };

    public void Start(WatchedLog log)
    {
        _log = log;
        _work = new LogWork(
            _log,
            new LogWorkOptions
            {
                Flush = plan.Disk.Flush,
                Scrub = plan.Disk.Scrub,
                FullRetryInterval = plan.Node.Raft.ElectionTimeoutMin / 4,
                WriteBytesMax = plan.Disk.WriteBytesMax,
            },
            world.Queue.Now);
        UnsyncedSince = null;
        ScheduleScrub();
    }

    /// <summary>Reads the next piece of the log again. Between two steps or before one that is under way: a step takes effect when it ends.</summary>
    public ScrubStep Scrub()
    {
        try
        {
            ScrubStep step = _work!.Scrub(world.Queue.Now);
            ScheduleScrub();
            return step;
        }
        catch (IOException failure)
        {
            throw new SimulatedCrashException($"{node.Id} ends: {failure.Message}");
        }
    }

    public void Submit(PersistBatch batch)
    {
        _submitted.Add(batch);
        if (!_isAtStep) Begin();
    }

    /// <summary>The time has come that the work had asked for.</summary>
    public void OnWake()
    {
        if (_wakeAt is { } asked && world.Queue.Now < asked) return;
        _wakeAt = null;
        if (!_isAtStep) Begin();
    }

    /// <summary>The time of a step is over: now it takes effect. Gives the ticket up to which everything may be acknowledged; 0: none.</summary>
    public long FinishStep()
    {
        _isAtStep = false;
        LogStep step;
        try
        {
            step = DoStep();
        }
        catch (IOException failure)
        {
            // As in production: nobody may assume that anything is durable from here on, so the process ends.
            throw new SimulatedCrashException($"{node.Id} ends: {failure.Message}");
        }

        // As in production, what may be acknowledged first is: a crash finds the time between.
        Begin();
        return step.Ticket;
    }

    /// <summary>The process ends. A step that was under way may have got anywhere.</summary>
    public void Crash(int life)
    {
        DeterministicRandom random = _draws.Of(Concern.DiskAtCrash, node.Position, life);
        if (_isAtStep && HangsUntil <= world.Queue.Now && random.Chance(0.7)) DoPartOfStep(ref random);
        _submitted.Clear();
        _isAtStep = false;
        _wakeAt = null;
        _work = null;
        _log = null;
    }

    private LogStep DoStep()
    {
        if (!_log!.IsDirty) faults.BeginGroup();
        LogStep step = _work!.Step(world.Queue.Now);

        // It is tried again and again; what counts is the first time.
        if (step.Refused && !node.Node!.IsStorageFull) world.FaultWatcher?.OnDiskFault(world.Queue.Now, node, DiskFaultKind.Full, DiskOperationKind.Write);
        node.SetStorageFull(_work.IsFull);
        UnsyncedSince = _log.IsDirty ? UnsyncedSince ?? world.Queue.Now : null;
        if (step.Ticket > 0 && plan.Disk.Flush is { } limits && _log.UnsyncedEntries >= limits.BufferedEntriesMax)
            throw new ViolationException($"LIM {node.Id} has acknowledged {_log.UnsyncedEntries} entries that are not synced; fewer than {limits.BufferedEntriesMax} are allowed");
        if (!_log.IsDirty && !step.Refused) faults.EndGroup();
        return step;
    }

    private void Begin()
    {
        foreach (PersistBatch batch in _submitted) _work!.Add(batch);
        _submitted.Clear();
        if (!_work!.IsDue(world.Queue.Now))
        {
            WakeLater();
            return;
        }

        _isAtStep = true;
        DeterministicRandom random = _draws.Of(Concern.DiskLatency, node.Position, ++_steps);
        TimeSpan latency = random.Between(plan.Disk.LatencyMin, plan.Disk.LatencyMax);
        if (random.Chance(plan.Disk.Stall)) latency *= 10;
        world.Queue.After(latency, new SimulationEvent(EventKind.DiskDone, node.Position, node.Life));
    }

    private void WakeLater()
    {
        if (_work!.NextAt is not { } next || next >= _wakeAt) return;
        _wakeAt = next;
        world.Queue.At(next, new SimulationEvent(EventKind.FlushDue, node.Position, node.Life));
    }

    private void ScheduleScrub()
    {
        if (_work!.NextScrubAt is { } next) world.Queue.At(next, new SimulationEvent(EventKind.LogScrub, node.Position, node.Life));
    }

    private void DoPartOfStep(ref DeterministicRandom random)
    {
        faults.Disarm();
        DiskFaultKind kind = DiskFaultKind.CrashBefore + (byte)random.Next(3);
        faults.Arm(new DiskFaultStep(node.Position, kind, null, (int)random.Between(1, 6), (int)random.Next(1 << 20), TimeSpan.Zero));
        try
        {
            _work!.Step(world.Queue.Now);
        }
        catch (SimulatedCrashException)
        {
            // That is where the process ended.
        }
        catch (IOException)
        {
            // It ended because the log had failed, in the scrub.
        }

        faults.Disarm();
    }
}
