using System.Text;
using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// One node: the real <see cref="Core.Node"/> over the real write-ahead log, with a simulated clock, disk and loop around it. Its ports lead into the
/// world; its process can end at any of them.
/// </summary>
internal sealed partial class SimulatedNode
{
    /// <summary>From an input to the end of the pass: other inputs of that time join it, as in a busy loop.</summary>
    private static readonly TimeSpan PassTime = TimeSpan.FromMicroseconds(20);

    /// <summary>The token of commands that nobody waits for.</summary>
    private const ulong OfNobody = 1UL << 62;

    private readonly SimulatedWorld _world;
    private readonly RunPlan _plan;
    private readonly Draws _draws;
    private readonly SimulatedDiskWorker _worker;
    private readonly SimulatedSnapshotWorker _snapshots;
    private OnceOnlyStore? _store;
    private bool _pumpScheduled;
    private bool _isDropDue;
    private long _dropTicket;
    private TimeSpan _wakeAt = TimeSpan.MaxValue;
    private long _effectsUntilCrash = long.MaxValue;
    private TimeSpan _downAfterEffect;
    private int _slowness = 1;
    private TimeSpan _slowUntil;
    private List<SimulationEvent> _putOff = [];
    private long _proposed;
    private long _machineRuns = 1;
    private bool _hasLostPower;

    public SimulatedNode(SimulatedWorld world, RunPlan plan, int position)
    {
        _world = world;
        _plan = plan;
        _draws = new Draws(plan.Seed);
        Position = position;
        Id = new NodeId((uint)position + 1);
        double off = (2 * _draws.Of(Concern.ClockRate, position).NextDouble()) - 1;
        Clock = new SimulatedClock(1 + (plan.Clocks.Drift * (plan.Clocks.IsAtBounds ? Math.Sign(off) : off)));
        Faults = new DiskFaults { Told = (fault, operation) => world.FaultWatcher?.OnDiskFault(world.Queue.Now, this, fault, operation) };
        Disk = new SimulatedDisk(Faults);
        _identity = world.IdentityOf(position, 0);
        _worker = new SimulatedDiskWorker(world, plan, this, Faults);
        _snapshots = new SimulatedSnapshotWorker(world, plan, this);
    }

    public int Position { get; }

    public NodeId Id { get; }

    public SimulatedClock Clock { get; }

    public SimulatedDisk Disk { get; }

    public DiskFaults Faults { get; }

    public SimulatedDiskWorker DiskWorker => _worker;

    public SimulatedSnapshotWorker SnapshotWorker => _snapshots;

    public TurningPoints Turns { get; } = new();

    /// <summary>When all of the disk is at work again.</summary>
    public TimeSpan DiskHangsUntil => _worker.HangsUntil > _snapshots.HangsUntil ? _worker.HangsUntil : _snapshots.HangsUntil;

    /// <summary>A leader is sending it a snapshot of what it does not have yet.</summary>
    public bool IsReceiving => Node is { } running && _snapshots.Incoming.Last.Index > running.Raft.CommitIndex;

    /// <summary>A snapshot is durable, and its disk has not dropped yet what that covers of the log.</summary>
    public bool IsDropping => Node is { Raft: var raft }
        && (_snapshots.HasUnheardSnapshot || _isDropDue || raft.Effects.Persist.DropBefore is not null || _dropTicket > raft.DurableTicket);

    /// <summary>The running node; null while the process is down.</summary>
    public Node? Node { get; private set; }

    /// <summary>Counts the process's lives: what was meant for an earlier one does not reach this one.</summary>
    public int Life { get; private set; }

    /// <summary>Stopped by the scheduler until then; the process lives and its memory stays.</summary>
    public TimeSpan PausedUntil { get; set; }

    /// <summary>It may lack what it has acknowledged, whether it has found out yet or not.</summary>
    public bool IsIncomplete => _hasLostPower || Durable.IsIncomplete || Durable.SaysRecovering;

    /// <summary>It has found damage in its log and does not start any more: its work is for others to do.</summary>
    public bool IsBroken { get; set; }

    /// <summary>What is left of it when the safety phase is over.</summary>
    public Aftermath Aftermath { get; set; }

    /// <summary>What its disk must hold, by its own account.</summary>
    public DurableShadow Durable => _world.Checker.DiskOf(Position);

    public bool IsLeader => Node is { Raft.IsLeader: true };

    public TimeSpan Now => Clock.ToLocal(_world.Queue.Now);

    private Node Running => Node ?? throw new InvalidOperationException($"{Id} is down");

    public KeyValueView View() => _store!.Inner.View();

    /// <summary>A command has had another effect on its state than elsewhere.</summary>
    public bool HasGoneWrong => Node is not null && _store!.HasGoneWrong;

    /// <summary>Whether the node answers reads by its lease at this instant, on the loop or on callers' threads; it may be in the middle of a pass.</summary>
    public bool HoldsLease() => Node is { } running && (running.Raft.HoldsLeaseAt(Now) || running.Gate.Admits(ReadConsistency.Lease, Now));

    /// <summary>Starts the process: recovers what the disk holds and joins in.</summary>
    /// <exception cref="IOException">The log cannot be opened.</exception>
    /// <exception cref="SimulatedCrashException">It ended while it was starting.</exception>
    public void Start(Configuration configuration)
    {
        Life++;
        PausedUntil = TimeSpan.Zero;
        _putOff.Clear();
        _pumpScheduled = false;
        _isDropDue = false;
        _dropTicket = 0;
        _wakeAt = TimeSpan.MaxValue;
        _effectsUntilCrash = long.MaxValue;
        _passes.AsSpan().Clear();
        _store = new OnceOnlyStore(Id);
        DirectoryLife life = BeginLife(Disk);
        _identity = life.Directory;
        var log = new WriteAheadLog(Disk, LogOptions());
        var files = new SnapshotFiles(Disk) { ReserveBytes = 0 };
        NodeRecovery recovery = NodeRecovery.Read(log, files, _store, _plan.Node.Sessions);
        _world.Recoveries.OnStarted(Position, Id, recovery, _hasLostPower, IsRotten);
        _world.Checker.OnRecovered(Position, Id, recovery);
        _hasLostPower = false;
        _world.Reads.OnStarted(Position);
        _worker.Start(new WatchedLog(log));
        var start = new NodeStart(
            Id, configuration, _plan.Node, recovery.HardState, recovery.Log, _store, recovery.Snapshot, recovery.Restore, recovery.Storage.Recovery,
            recovery.Storage.Behind, new DirectoryStamp(life.Directory, life.Incarnation, recovery.History));
        Node = new Node(start, new NodePorts(this, this, this, this, this), _draws.Of(Concern.Node, Position, Life), Now);
        BeginPasses();
        _hasRun = true;
        _snapshots.Start(new SnapshotWork(files, SimulatedSnapshotWorker.RetainCount, Node.BeginRestore));
        if (!recovery.Snapshot.IsNone && !HasGoneWrong) _world.Reads.OnRestored(Id, View());
        ScheduleWake();
    }

    /// <summary>
    /// The process ends now. A disk job that was under way may have got anywhere. With the power gone too, what was not synced may be lost.
    /// </summary>
    public void Crash(Unsynced unsynced)
    {
        if (Node is not null) _worker.Crash(Life);
        _snapshots.Crash();
        Node = null;
        Life++;
        if (unsynced == Unsynced.Stays)
        {
            Disk.ProcessCrash();
            return;
        }

        _machineRuns++;
        _hasLostPower = _plan.Disk.Flush is not null;
        DeterministicRandom random = _draws.Of(Concern.DiskAtCrash, Position, -Life);
        Disk.PowerLoss(ref random, unsynced switch
        {
            Unsynced.Lost => PowerLossPolicy.LoseEverything,
            Unsynced.Kept => PowerLossPolicy.KeepEverything,
            _ => PowerLossPolicy.Shuffle,
        });
    }

    /// <summary>The process is to end between two effects; down for <paramref name="down"/> then.</summary>
    public void CrashAtEffect(long count, TimeSpan down) => (_effectsUntilCrash, _downAfterEffect) = (count, down);

    /// <summary>Everything that was to go wrong with the process does not.</summary>
    public void Disarm()
    {
        _effectsUntilCrash = long.MaxValue;
        _slowness = 1;
        Faults.Disarm();
        Hang(DiskPart.Whole, TimeSpan.Zero);
        PausedUntil = TimeSpan.Zero;
    }

    /// <summary>The disk, or a part of it, does nothing until then.</summary>
    public void Hang(DiskPart part, TimeSpan until)
    {
        if (part != DiskPart.Snapshots) _worker.HangsUntil = until;
        if (part != DiskPart.Log) _snapshots.HangsUntil = until;
    }

    /// <summary>How long the process stays down that has just ended by itself.</summary>
    public TimeSpan DownTime() => Faults.TakeFired()?.Down ?? _downAfterEffect;

    public void SlowDown(int factor, TimeSpan until) => (_slowness, _slowUntil) = (factor, until);

    /// <summary>Keeps an event for when the process goes on, which nobody knows.</summary>
    public void PutOff(in SimulationEvent happened) => _putOff.Add(happened);

    public List<SimulationEvent> TakePutOff()
    {
        List<SimulationEvent> taken = _putOff;
        _putOff = [];
        return taken;
    }

    /// <summary>Puts commands of nobody into the log, if the node leads.</summary>
    public void Propose(int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] payload = Encoding.UTF8.GetBytes($"proposal {++_proposed} of {Id}");
            Running.SubmitCommand(OfNobody, EntryKind.Command, payload, Now);
        }

        OnInput();
    }

    /// <summary>Writes a log and a hard state to the disk of a node that has never run.</summary>
    public void Preset(IReadOnlyList<long> terms, HardState hardState)
    {
        BeginLife(Disk);
        using var log = new WriteAheadLog(Disk, LogOptions() with { AcknowledgesUnsynced = false });
        log.Open(_ => { });
        var batch = new PersistBatch { Ticket = 1, HardState = hardState };
        for (int i = 0; i < terms.Count; i++) batch.Add(new Entry(new LogPosition(terms[i], i + 1), EntryKind.Noop, default));
        log.Write(batch);
        log.Sync();
    }

    public void LimitRoom(long room)
    {
        Disk.CapacityBytes = long.MaxValue - 1;
        Disk.CapacityBytes = Disk.CapacityBytes - Disk.FreeBytes + room;
    }

    public void GoWrong() => _store!.GoWrong();

    public void SetStorageFull(bool isFull) => Running.IsStorageFull = isFull;

    /// <summary>The clock has jumped or changed its pace: what was to happen by it happens at another time.</summary>
    public void OnClockChanged()
    {
        _wakeAt = TimeSpan.MaxValue;
        if (Node is not null) ScheduleWake();
    }

    private WriteAheadLogOptions LogOptions() => new()
    {
        SegmentBytes = _plan.Disk.SegmentBytes,
        ZeroAheadBytes = 4096,
        AcknowledgesUnsynced = _plan.Disk.Flush is not null,
        BootId = _machineRuns,
        Owner = _identity,
    };

    private void SchedulePump()
    {
        if (_pumpScheduled) return;
        _pumpScheduled = true;
        TimeSpan time = _world.Queue.Now < _slowUntil ? PassTime * _slowness : PassTime;
        _world.Queue.After(time, new SimulationEvent(EventKind.Pump, Position, Life));
    }

    private void ScheduleWake()
    {
        TimeSpan deadline = Running.NextDeadline;
        if (deadline <= Now)
        {
            SchedulePump();
            return;
        }

        TimeSpan at = Clock.ToTrue(deadline);
        if (at >= _wakeAt) return;
        _wakeAt = at;
        _world.Queue.At(at, new SimulationEvent(EventKind.Wake, Position, Life));
    }
}
