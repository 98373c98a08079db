using System.Text;
using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Runs;
using DEngine.Simulation.World;
using OperationOutcome = DEngine.Core.OperationOutcome;

namespace DEngine.Simulation.Workload;

/// <summary>
/// One client process: one operation at a time against whichever node it is talking to, with a session of its own or through the node's, and its
/// part of the history. Every value it writes is written once in the whole run.
/// </summary>
internal sealed class SimulatedClient : ISessionPort
{
    private const int OperationsMax = 200;

    private readonly SimulatedWorld _world;
    private readonly RunPlan _plan;
    private readonly SessionClient _session;
    private readonly TimeSpan _patience;
    private DeterministicRandom _random;
    private ClientOperation? _current;
    private TimeSpan _nextOperationAt;
    private TimeSpan _wakeAt = TimeSpan.MaxValue;
    private string? _lastRead;
    private long _started;
    private long _endpoint;
    private long? _goal;

    public SimulatedClient(SimulatedWorld world, RunPlan plan, int index)
    {
        _world = world;
        _plan = plan;
        Index = index;
        _random = DeterministicRandom.For(plan.Seed, Concern.Client + (ulong)index);
        _patience = plan.Node.Raft.ElectionTimeoutMax * _random.Between(3, 12);
        var scale = (long)plan.Node.OwnSession.RetryInterval.TotalMilliseconds;
        _session = new SessionClient(RunPlan.ClientSession(scale), this, _random.NextUInt64());
        _endpoint = _random.Next(plan.NodeCount);
    }

    public int Index { get; }

    /// <summary>Operations that were answered with success.</summary>
    public long Succeeded { get; private set; }

    /// <summary>Whether the client has reached its goal and has nothing under way.</summary>
    public bool IsDone => _goal is { } goal && Succeeded >= goal && _current is null;

    /// <summary>From now on: that many more successes, then silence.</summary>
    public void SetGoal(long more)
    {
        _goal = Succeeded + more;
        _started = 0;
        MoveOn();
        Schedule(_world.Queue.Now);
    }

    public string Describe() => _current is null ? $"client {Index} idle" : $"client {Index} at {_current.Function} {_current.Key} since {_current.StartedAt}";

    public void OnWake()
    {
        TimeSpan now = _world.Queue.Now;
        if (now >= _wakeAt) _wakeAt = TimeSpan.MaxValue;
        _session.Tick(now);
        if (_current is { } operation && now >= operation.GiveUpAt) GiveUp(operation);
        if (_current is { Function: HistoryFunction.Read } read && now >= read.RetryAt)
        {
            MoveOn();
            SendRead(read);
        }

        if (_current is null && now >= _nextOperationAt && MayStart()) StartOperation();
        ScheduleNext();
    }

    public void OnAnswer(long number, Request request, Answer answer)
    {
        switch (request.Kind)
        {
            case RequestKind.Command:
                if (answer.Status != CommandStatus.Applied) MoveOn();
                _session.OnResult(request.Attempt, answer.Status, answer.Reply, _world.Queue.Now);
                break;
            case RequestKind.Operation:
                if (_current is { } operation && operation.Number == request.Attempt) Complete(operation, answer.Outcome, answer.Reply);
                break;
            case RequestKind.Read:
                if (_current is { } read && read.RequestNumber == number) OnReadAnswer(read, answer);
                break;
            default:
                throw new InvalidOperationException($"unknown request {request.Kind}");
        }

        ScheduleNext();
    }

    void ISessionPort.Send(ulong attempt, EntryKind kind, ReadOnlyMemory<byte> payload, TimeSpan now)
    {
        // Nobody says whether an earlier attempt got lost on the way or the node did: try another one now and then.
        if (_random.Chance(0.2)) MoveOn();
        _world.SendRequest((int)_endpoint, new Request(Index, RequestKind.Command) { Attempt = attempt, EntryKind = kind, Payload = payload });
    }

    void ISessionPort.Complete(ulong operation, OperationOutcome outcome, ReadOnlySpan<byte> reply)
    {
        if (_current is { } current && current.Number == operation) Complete(current, outcome, reply);
    }

    private bool MayStart() => _goal is { } goal ? Succeeded < goal : _started < OperationsMax;

    /// <summary>
    /// Turns to another node: often to one that believes it leads (of two such, one is wrong), never to one that is gone for good, because that one
    /// refuses connections.
    /// </summary>
    private void MoveOn()
    {
        bool wantsLeader = _random.Chance(0.6);
        long start = _random.Next(_plan.NodeCount);
        for (int i = 0; i < _plan.NodeCount * 2; i++)
        {
            SimulatedNode node = _world.Nodes[(int)((start + i) % _plan.NodeCount)];
            bool isWanted = !wantsLeader || node.IsLeader || i >= _plan.NodeCount;
            if (!isWanted || _world.IsLeftForDead(node)) continue;
            _endpoint = node.Position;
            return;
        }
    }

    private void StartOperation()
    {
        TimeSpan now = _world.Queue.Now;
        if (_random.Chance(0.3)) MoveOn();
        _started++;
        var operation = new ClientOperation
        {
            Number = ++ClientOperationNumber,
            Function = DrawFunction(),
            Key = $"k{_random.Next(_plan.KeyCount)}",
            Value = DrawValue(),
            StartedAt = now,
            GiveUpAt = now + _patience,
        };
        _current = operation;
        if (operation.Function == HistoryFunction.Read)
        {
            operation.Consistency = _random.Chance(0.3) ? ReadConsistency.Lease : ReadConsistency.Linearizable;
            _world.History.InvokeRead(Index, operation.Key, now);
            SendRead(operation);
            return;
        }

        byte[] command = Encode(operation, now);
        if (_random.Chance(0.3))
        {
            // Through the node's own session. If the node goes down, nobody will ever say what became of it.
            var request = new Request(Index, RequestKind.Operation) { Attempt = operation.Number, Payload = command, Patience = _patience };
            _world.SendRequest((int)_endpoint, request);
            operation.GiveUpAt += _patience;
        }
        else
        {
            _session.Submit(operation.Number, command, operation.GiveUpAt, now);
        }
    }

    private ulong ClientOperationNumber { get; set; }

    private HistoryFunction DrawFunction() => _random.Next(20) switch
    {
        < 8 => HistoryFunction.Read,
        < 16 => HistoryFunction.Write,
        < 19 => HistoryFunction.Cas,
        _ => HistoryFunction.Delete,
    };

    private string DrawValue()
    {
        string value = $"c{Index}-{ClientOperationNumber}";
        return _random.Chance(0.05) ? value.PadRight((int)_random.Between(100, 2000), '.') : value;
    }

    private byte[] Encode(ClientOperation operation, TimeSpan now)
    {
        byte[] key = Encoding.UTF8.GetBytes(operation.Key);
        byte[] value = Encoding.UTF8.GetBytes(operation.Value);
        KeyValueCommand command;
        switch (operation.Function)
        {
            case HistoryFunction.Write:
                _world.History.InvokeWrite(Index, operation.Key, HistoryValue.From(operation.Value), now);
                command = KeyValueCommand.Put(key, value);
                break;
            case HistoryFunction.Delete:
                _world.History.InvokeDelete(Index, operation.Key, now);
                command = KeyValueCommand.Delete(key);
                break;
            case HistoryFunction.Cas:
                _world.History.InvokeCas(Index, operation.Key, HistoryValue.From(_lastRead), HistoryValue.From(operation.Value), now);
                command = _lastRead is null
                    ? KeyValueCommand.PutIfAbsent(key, value)
                    : KeyValueCommand.CompareAndSwap(key, Encoding.UTF8.GetBytes(_lastRead), value);
                break;
            case HistoryFunction.Read:
            case HistoryFunction.Append:
            default:
                throw new InvalidOperationException($"{operation.Function} is not a command");
        }

        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }

    private void SendRead(ClientOperation operation)
    {
        operation.RetryAt = _world.Queue.Now + (_plan.Node.Raft.ElectionTimeoutMax * 2);
        var request = new Request(Index, RequestKind.Read) { Consistency = operation.Consistency, Key = operation.Key };
        operation.RequestNumber = _world.SendRequest((int)_endpoint, request);
    }

    private void OnReadAnswer(ClientOperation operation, Answer answer)
    {
        if (answer.ReadStatus == ReadStatus.Ready)
        {
            _lastRead = answer.Value;
            _world.History.Ok(Index, _world.Queue.Now, HistoryValue.From(answer.Value));
            Finish(succeeded: true);
            return;
        }

        MoveOn();
        operation.RequestNumber = 0;
        operation.RetryAt = _world.Queue.Now + _plan.Node.OwnSession.RetryInterval;
    }

    private void Complete(ClientOperation operation, OperationOutcome outcome, ReadOnlySpan<byte> reply)
    {
        TimeSpan now = _world.Queue.Now;
        switch (outcome)
        {
            case OperationOutcome.Applied:
                if (!KeyValueReply.TryRead(reply, out KeyValueReply parsed) || parsed.Status != KeyValueStatus.Ok)
                    throw new ViolationException($"ANS client {Index} got a reply that cannot be read for {operation.Function} {operation.Key}");
                if (operation.Function == HistoryFunction.Cas && !parsed.Succeeded) _world.History.Fail(Index, now);
                else _world.History.Ok(Index, now);
                Finish(succeeded: true);
                break;
            case OperationOutcome.NoLeader:
            case OperationOutcome.Overloaded:
            case OperationOutcome.StorageFull:
                MoveOn();
                _world.History.Fail(Index, now);
                Finish(succeeded: false);
                break;
            case OperationOutcome.Unknown:
                MoveOn();
                _world.History.Info(Index, now);
                Finish(succeeded: false);
                break;
            case OperationOutcome.Malformed:
            default:
                throw new ViolationException($"ANS client {Index} was told {outcome} for a command that is well formed");
        }
    }

    private void GiveUp(ClientOperation operation)
    {
        MoveOn();
        if (operation.Function == HistoryFunction.Read) _world.History.Fail(Index, _world.Queue.Now);
        else _world.History.Info(Index, _world.Queue.Now);
        Finish(succeeded: false);
    }

    private void Finish(bool succeeded)
    {
        _current = null;
        _world.Operations++;
        if (succeeded) Succeeded++;
        _nextOperationAt = _world.Queue.Now + _random.Between(TimeSpan.Zero, _plan.ThinkTimeMax);
    }

    private void ScheduleNext()
    {
        TimeSpan next = _session.NextDeadline ?? TimeSpan.MaxValue;
        if (_current is { } operation)
        {
            if (operation.GiveUpAt < next) next = operation.GiveUpAt;
            if (operation.Function == HistoryFunction.Read && operation.RetryAt < next) next = operation.RetryAt;
        }
        else if (MayStart() && _nextOperationAt < next)
        {
            next = _nextOperationAt;
        }

        if (next != TimeSpan.MaxValue) Schedule(next);
    }

    private void Schedule(TimeSpan at)
    {
        if (at < _world.Queue.Now) at = _world.Queue.Now;
        if (at >= _wakeAt && _wakeAt > _world.Queue.Now) return;
        _wakeAt = at;
        _world.Queue.At(at, new SimulationEvent(EventKind.ClientWake, Number: Index));
    }

    private sealed class ClientOperation
    {
        public required ulong Number { get; init; }

        public required HistoryFunction Function { get; init; }

        public required string Key { get; init; }

        public required string Value { get; init; }

        public required TimeSpan StartedAt { get; init; }

        public ReadConsistency Consistency { get; set; }

        public long RequestNumber { get; set; }

        public TimeSpan RetryAt { get; set; }

        public TimeSpan GiveUpAt { get; set; }
    }
}
