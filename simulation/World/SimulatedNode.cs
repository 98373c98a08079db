using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Runs;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// One node: the real <see cref="Core.Node"/> over the real write-ahead log, with a simulated clock, disk and loop around it. Its ports lead into the
/// world; its process can end at any of them.
/// </summary>
#pragma warning disable CA1001 // A simulated process ends without closing its log: that is the point.
internal sealed class SimulatedNode : IPersistence, INetwork, IReplySink, INodeObserver
#pragma warning restore CA1001
{
    /// <summary>From an input to the end of the pass: other inputs of that time join it, as in a busy loop.</summary>
    private static readonly TimeSpan PassTime = TimeSpan.FromMicroseconds(20);

    private readonly SimulatedWorld _world;
    private readonly RunPlan _plan;
    private readonly CrashPoint _crashPoint = new();
    private readonly List<PersistBatch> _queued = [];
    private readonly List<PersistBatch> _running = [];
    private DeterministicRandom _diskRandom;
    private WriteAheadLog? _log;
    private OnceOnlyStore? _store;
    private bool _pumpScheduled;
    private TimeSpan _wakeAt = TimeSpan.MaxValue;
    private long _effectsUntilCrash = long.MaxValue;

    public SimulatedNode(SimulatedWorld world, RunPlan plan, int position, SimulatedClock clock)
    {
        _world = world;
        _plan = plan;
        _diskRandom = DeterministicRandom.For(plan.Seed, Concern.Disk + ((ulong)position << 32));
        Position = position;
        Id = new NodeId((uint)position + 1);
        Clock = clock;
        Disk = new SimulatedDisk(_crashPoint);
    }

    public int Position { get; }

    public NodeId Id { get; }

    public SimulatedClock Clock { get; }

    public SimulatedDisk Disk { get; }

    /// <summary>The running node; null while the process is down.</summary>
    public Node? Node { get; private set; }

    /// <summary>Counts the process's lives: what was meant for an earlier one does not reach this one.</summary>
    public int Life { get; private set; }

    /// <summary>Stopped by the scheduler until then; the process lives and its memory stays.</summary>
    public TimeSpan PausedUntil { get; set; }

    public bool IsLeader => Node is { Raft.IsLeader: true };

    private TimeSpan Now => Clock.ToLocal(_world.Queue.Now);

    private Node Running => Node ?? throw new InvalidOperationException($"{Id} is down");

    public KeyValueView View() => _store!.Inner.View();

    public void Start(Configuration configuration)
    {
        Life++;
        PausedUntil = TimeSpan.Zero;
        _pumpScheduled = false;
        _wakeAt = TimeSpan.MaxValue;
        _effectsUntilCrash = long.MaxValue;
        _store = new OnceOnlyStore(Id);
        _log = new WriteAheadLog(Disk, new WriteAheadLogOptions { SegmentBytes = _plan.Disk.SegmentBytes, ZeroAheadBytes = 4096 });
        var entries = new RaftLog(64);
        LogRecovery recovery = _log.Open(entry => entries.Append(entry));
        _world.Checker.DiskOf(Position).OnRecovered(Id, recovery.HardState, entries);
        _world.Checker.OnStarted(Position);
        var start = new NodeStart(Id, configuration, _plan.Node, recovery.HardState, entries, _store);
        var random = DeterministicRandom.For(_plan.Seed, Concern.Node + (ulong)Position + ((ulong)Life << 32));
        Node = new Node(start, new NodePorts(this, this, this, this), random, Now);
        ScheduleWake();
    }

    /// <summary>
    /// The process ends now. A disk job that was under way may have got anywhere. With the power gone too, what was not synced may be lost.
    /// </summary>
    public void Crash(bool powerLoss)
    {
        if (Node is null) return;
        Node = null;
        Life++;
        RunPartOfDiskJob();
        _queued.Clear();
        _running.Clear();
        if (powerLoss) Disk.PowerLoss(ref _diskRandom, DrawPowerLossPolicy());
        else Disk.ProcessCrash();
    }

    public void CrashAtEffect(long count) => _effectsUntilCrash = count;

    public void OnFrame(int from, byte[] bytes)
    {
        FrameResult frame = FrameParser.Parse(bytes, FrameFormat.PeerFrameBytesMax);
        if (frame.Status != FrameStatus.Frame) throw new ViolationException($"WIRE {Id} received a frame that does not parse: {frame}");
        Running.Deliver(_world.IdOf(from), bytes, Now);
        SchedulePump();
    }

    public void OnRequest(long number, Request request)
    {
        switch (request.Kind)
        {
            case RequestKind.Command:
                Running.SubmitCommand((ulong)number, request.EntryKind, request.Payload, Now);
                break;
            case RequestKind.Operation:
                Running.SubmitOperation((ulong)number, request.Payload, Now + request.Patience, Now);
                break;
            case RequestKind.Read:
                Running.SubmitRead((ulong)number, request.Consistency);
                break;
            default:
                throw new InvalidOperationException($"unknown request {request.Kind}");
        }

        SchedulePump();
    }

    public void TransferLeadership(NodeId target)
    {
        Running.TransferLeadership(target, Now);
        SchedulePump();
    }

    public void OnWake()
    {
        _wakeAt = TimeSpan.MaxValue;
        SchedulePump();
    }

    public void OnPump()
    {
        _pumpScheduled = false;
        Running.Tick(Now);
        Running.Pump(Now);
        ScheduleWake();
    }

    public void OnDiskDone()
    {
        long ticket = RunDiskJob();
        _running.Clear();
        _world.Checker.DiskOf(Position).OnDurable(ticket);
        Running.OnPersisted(ticket, Now);
        SchedulePump();
        if (_queued.Count > 0) BeginDiskJob();
    }

    void IPersistence.Submit(PersistBatch batch)
    {
        CountEffect();
        _world.Checker.OnAppended(Running, batch);
        _world.Checker.DiskOf(Position).OnSubmitted(batch);
        _queued.Add(batch);
        if (_running.Count == 0) BeginDiskJob();
    }

    void INetwork.Send(NodeId target, ReadOnlySpan<byte> frame)
    {
        CountEffect();
        _world.Network.Send(Position, (int)target.Value - 1, frame);
    }

    void IReplySink.OnCommandResult(ulong token, CommandStatus status, NodeId leader, ReadOnlySpan<byte> reply)
    {
        CountEffect();
        _world.Answer((long)token, new Answer { Status = status, Reply = reply.ToArray() });
    }

    void IReplySink.OnOperationResult(ulong token, OperationOutcome outcome, ReadOnlySpan<byte> reply)
    {
        CountEffect();
        _world.Answer((long)token, new Answer { Outcome = outcome, Reply = reply.ToArray() });
    }

    void IReplySink.OnReadResult(ulong token, ReadStatus status, long appliedIndex)
    {
        CountEffect();
        _world.Answer((long)token, new Answer { ReadStatus = status, Value = status == ReadStatus.Ready ? ReadValue((long)token) : null });
    }

    void INodeObserver.OnRoleChange(in RoleChange change) => _world.OnRoleChange(this, change);

    void INodeObserver.OnUndecodableFrame(NodeId from, DecodeError reason) =>
        throw new ViolationException($"WIRE {Id} cannot decode a frame of {from}: {reason}");

    private string? ReadValue(long number)
    {
        string key = _world.RequestOf(number).Key;
        return View().TryGet(System.Text.Encoding.UTF8.GetBytes(key), out KeyValueRecord? record)
            ? System.Text.Encoding.UTF8.GetString(record.Value.Span)
            : null;
    }

    private void CountEffect()
    {
        if (--_effectsUntilCrash == 0) throw new SimulatedCrashException($"{Id} crashes between two effects of a pass");
    }

    private void SchedulePump()
    {
        if (_pumpScheduled) return;
        _pumpScheduled = true;
        _world.Queue.After(PassTime, new SimulationEvent(EventKind.Pump, Position, Life));
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

    private void BeginDiskJob()
    {
        _running.AddRange(_queued);
        _queued.Clear();
        TimeSpan latency = _diskRandom.Between(_plan.Disk.LatencyMin, _plan.Disk.LatencyMax);
        if (_diskRandom.Chance(_plan.Disk.Stall)) latency *= 10;
        _world.Queue.After(latency, new SimulationEvent(EventKind.DiskDone, Position, Life));
    }

    private long RunDiskJob()
    {
        foreach (PersistBatch batch in _running) _log!.Write(batch);
        _log!.Sync();
        return _running[^1].Ticket;
    }

    private void RunPartOfDiskJob()
    {
        if (_running.Count == 0 || _diskRandom.Chance(0.3)) return;
        _crashPoint.Arm(ref _diskRandom);
        try
        {
            RunDiskJob();
        }
        catch (SimulatedCrashException)
        {
            // That is where the process ended.
        }

        _crashPoint.Disarm();
    }

    private PowerLossPolicy DrawPowerLossPolicy() => _diskRandom.Next(3) switch
    {
        0 => PowerLossPolicy.LoseEverything,
        1 => PowerLossPolicy.KeepEverything,
        _ => PowerLossPolicy.Shuffle,
    };
}
