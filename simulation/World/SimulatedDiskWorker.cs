using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// Does what the disk's thread does in production: takes everything that has been submitted, writes it, syncs once for all of it, waits for room on a full
/// disk, and ends the process at any other failure. A job takes its time, and a crash finds it anywhere.
/// </summary>
internal sealed class SimulatedDiskWorker(SimulatedWorld world, RunPlan plan, SimulatedNode node, DiskFaults faults)
{
    private readonly Draws _draws = new(plan.Seed);
    private readonly List<PersistBatch> _queued = [];
    private readonly List<PersistBatch> _running = [];
    private ILogStorage? _log;
    private FlushSchedule _flush = new(null);
    private ScrubSchedule _scrub = new(null, TimeSpan.Zero);
    private bool _isAtJob;
    private bool _isFlushing;
    private long _jobs;
    private int _unsyncedEntries;

    /// <summary>The disk does nothing for the log until then.</summary>
    public TimeSpan HangsUntil { get; set; }

    /// <summary>Where the log begins for what was dropped last; 0: nothing has been since the start.</summary>
    public long DroppedBefore { get; private set; }

    /// <summary>When something was written that has not been synced, by the queue's clock; null: everything has.</summary>
    public TimeSpan? UnsyncedSince { get; private set; }

    /// <summary>Something has been submitted and is not durable yet.</summary>
    public bool IsBusy => _isAtJob;

    public void Start(ILogStorage log)
    {
        _log = log;
        _flush = new FlushSchedule(plan.Disk.Flush);
        DroppedBefore = 0;
        UnsyncedSince = null;
        _unsyncedEntries = 0;
        _scrub = new ScrubSchedule(plan.Disk.Scrub, world.Queue.Now);
        ScheduleScrub();
    }

    /// <summary>Reads the next piece of the log again. Between two jobs or before one that is under way: a job takes effect when it ends.</summary>
    public ScrubStep Scrub()
    {
        try
        {
            ScrubStep step = _log!.Scrub(_scrub.PieceBytes);
            _scrub.OnStep(step, world.Queue.Now);
            ScheduleScrub();
            return step;
        }
        catch (IOException failure)
        {
            throw new SimulatedCrashException($"{node.Id} ends: {failure.Message}");
        }
    }

    private void ScheduleScrub()
    {
        if (_scrub.NextAt is { } next) world.Queue.At(next, new SimulationEvent(EventKind.LogScrub, node.Position, node.Life));
    }

    public void Submit(PersistBatch batch)
    {
        _queued.Add(batch);
        if (!_isAtJob) BeginJob();
    }

    /// <summary>What has been acknowledged has waited long enough.</summary>
    public void OnFlushDue()
    {
        if (!_isAtJob && _flush.IsDue(world.Queue.Now)) BeginJob();
    }

    /// <summary>The time of a job is over: now it takes effect. Gives the ticket up to which everything is durable; 0: none.</summary>
    public long FinishJob()
    {
        try
        {
            return WriteAndSync();
        }
        catch (SimulatedCrashException)
        {
            EndJob();
            throw;
        }
        catch (IOException failure)
        {
            // As in production: nobody may assume that anything is durable from here on, so the process ends.
            EndJob();
            throw new SimulatedCrashException($"{node.Id} ends: {failure.Message}");
        }
    }

    /// <summary>The process ends. A job that was under way may have got anywhere.</summary>
    public void Crash(int life)
    {
        DeterministicRandom random = _draws.Of(Concern.DiskAtCrash, node.Position, life);
        if (_isAtJob && HangsUntil <= world.Queue.Now && random.Chance(0.7)) RunPartOfJob(ref random);
        _queued.Clear();
        EndJob();
        _log = null;
    }

    private long WriteAndSync()
    {
        long written = 0;
        if (!_flush.IsDirty) faults.BeginGroup();
        for (int done = 0; done < _running.Count; done++)
        {
            try
            {
                _log!.Write(_running[done]);
                _flush.OnWritten(_running[done], world.Queue.Now);
                DroppedBefore = _running[done].DropBefore ?? DroppedBefore;
                UnsyncedSince ??= world.Queue.Now;
                _unsyncedEntries += _running[done].EntryCount;
                written = _running[done].Ticket;
            }
            catch (StorageFullException)
            {
                // It is tried again and again; what counts is the first time.
                if (!node.Node!.IsStorageFull) world.FaultWatcher?.OnDiskFault(world.Queue.Now, node, DiskFaultKind.Full, DiskOperationKind.Write);
                node.SetStorageFull(true);
                _running.RemoveRange(0, done);
                if (_flush.MustSyncFirst) Sync();
                Schedule(plan.Node.Raft.ElectionTimeoutMin / 4);
                return written;
            }
        }

        node.SetStorageFull(false);
        if (_isFlushing || _flush.MustSyncFirst) Sync();
        if (plan.Disk.Flush is { } limits && _unsyncedEntries >= limits.BufferedEntriesMax)
            throw new ViolationException($"LIM {node.Id} has acknowledged {_unsyncedEntries} entries that are not synced; fewer than {limits.BufferedEntriesMax} are allowed");
        if (!_flush.IsDirty) faults.EndGroup();
        EndJob();

        // As in production, what may be acknowledged first is: a crash finds the time between.
        if (_queued.Count > 0 || _flush.IsDue(world.Queue.Now)) BeginJob();
        else if (_flush.Deadline is { } due) world.Queue.At(due, new SimulationEvent(EventKind.FlushDue, node.Position, node.Life));
        return written;
    }

    private void Sync()
    {
        _log!.Sync();
        _flush.OnSynced();
        UnsyncedSince = null;
        _unsyncedEntries = 0;
    }

    private void EndJob()
    {
        _running.Clear();
        _isAtJob = false;
        _isFlushing = false;
    }

    private void BeginJob()
    {
        _running.AddRange(_queued);
        _queued.Clear();
        _isAtJob = true;
        _isFlushing = _flush.IsDue(world.Queue.Now);
        DeterministicRandom random = _draws.Of(Concern.DiskLatency, node.Position, ++_jobs);
        TimeSpan latency = random.Between(plan.Disk.LatencyMin, plan.Disk.LatencyMax);
        if (random.Chance(plan.Disk.Stall)) latency *= 10;
        Schedule(latency);
    }

    private void Schedule(TimeSpan latency) => world.Queue.After(latency, new SimulationEvent(EventKind.DiskDone, node.Position, node.Life));

    private void RunPartOfJob(ref DeterministicRandom random)
    {
        faults.Disarm();
        DiskFaultKind kind = DiskFaultKind.CrashBefore + (byte)random.Next(3);
        faults.Arm(new DiskFaultStep(node.Position, kind, null, (int)random.Between(1, 6), (int)random.Next(1 << 20), TimeSpan.Zero));
        try
        {
            foreach (PersistBatch batch in _running) _log!.Write(batch);
            _log!.Sync();
        }
        catch (SimulatedCrashException)
        {
            // That is where the process ended.
        }
        catch (StorageFullException)
        {
            // It ended while it waited for room.
        }

        faults.Disarm();
    }
}
