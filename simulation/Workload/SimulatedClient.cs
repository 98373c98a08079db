using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;
using OperationOutcome = DEngine.Core.OperationOutcome;

namespace DEngine.Simulation.Workload;

/// <summary>
/// One client process: one operation at a time against whichever node it is talking to, with a session of its own or through the node's, and its
/// part of the history. Every value it writes is written once in the whole run. What it does next it draws itself, or is told.
/// </summary>
internal sealed class SimulatedClient : ISessionPort
{
    /// <summary>Operations of the liveness phase count from here, so that they do not depend on how many came before.</summary>
    private const long FirstOwed = 1_000_000;

    private readonly SimulatedWorld _world;
    private readonly RunPlan _plan;
    private readonly Draws _draws;
    private readonly OperationDraw _operations;
    private readonly OperationBook _book;
    private readonly SessionClient _session;
    private readonly RepeatedNumbers _repeated;
    private readonly TimeSpan _patience;
    private readonly TimeSpan _haste;
    private readonly Queue<OperationStep> _waiting = new();
    private DeterministicRandom _routing;
    private ClientOperation? _current;
    private TimeSpan _wakeAt = TimeSpan.MaxValue;
    private bool _decides;
    private long _drawn;
    private int _endpoint;
    private int _generation;
    private bool _readsOnly;
    private long? _goal;
    private int _owedInVain;

    /// <param name="world">Where it lives.</param>
    /// <param name="plan">What it is like.</param>
    /// <param name="index">Which one it is, from 0.</param>
    /// <param name="decides">Whether it draws its operations from the start; otherwise it does what it is told until it has a goal.</param>
    public SimulatedClient(SimulatedWorld world, RunPlan plan, int index, bool decides)
    {
        _world = world;
        _plan = plan;
        _draws = new Draws(plan.Seed);
        _operations = new OperationDraw(plan, index);
        _book = new OperationBook(world, index);
        _decides = decides;
        Index = index;
        DeterministicRandom random = _draws.Of(Concern.Client, index);
        _repeated = new RepeatedNumbers(world, plan, index);
        _patience = plan.Node.Raft.ElectionTimeoutMax * random.Between(3, 12);
        _haste = plan.Workload.IsHasty ? random.Between(plan.Node.Raft.ElectionTimeoutMin / 10, plan.Node.Raft.ElectionTimeoutMin * 2) : _patience;
        _session = new SessionClient(plan.Node.OwnSession, this, random.NextUInt64());
        _endpoint = (int)random.Next(plan.NodeCount);
        _routing = random;
    }

    public int Index { get; }

    /// <summary>
    /// How long it waits for an operation. For what is owed to it, longer each time it has waited in vain: a slow cluster with a backlog would be kept busy for
    /// ever by clients that give up and ask for something else (seed 435).
    /// </summary>
    private TimeSpan Patience => _goal is null ? _haste : _patience * (1 << Math.Min(_owedInVain, 4));

    /// <summary>Operations that were answered with success.</summary>
    public long Succeeded { get; private set; }

    /// <summary>Whether an operation is under way or waits its turn.</summary>
    public bool IsBusy => _current is not null || _waiting.Count > 0;

    /// <summary>Whether the client has reached its goal and has nothing under way.</summary>
    public bool IsDone => _goal is { } goal && Succeeded >= goal && _current is null;

    /// <summary>The world begins.</summary>
    public void Begin() => ScheduleBegin(TimeSpan.Zero);

    /// <summary>From now on: that many more successes, by operations of its own, then silence.</summary>
    /// <param name="more">How many.</param>
    /// <param name="readsOnly">Of linearizable reads.</param>
    public void SetGoal(long more, bool readsOnly = false)
    {
        _readsOnly = readsOnly;
        _waiting.Clear();
        _goal = Succeeded + more;
        _owedInVain = 0;
        _drawn = readsOnly ? FirstOwed * 2 : Math.Max(_drawn, FirstOwed);
        MoveOn();
        _decides = true;
        _generation++;
        if (_current is null) ScheduleBegin(TimeSpan.Zero);
    }

    /// <summary>It is time for the next operation of its own.</summary>
    /// <param name="generation">Of the event; one from before the goal was set is void.</param>
    public void BeginNext(int generation)
    {
        if (generation != _generation || _current is not null || !MayBegin()) return;
        OperationStep operation = _operations.Draw(++_drawn);
        if (_goal is null) _world.Perform(operation);
        else Begin(Owed(operation));
    }

    /// <summary>Begins an operation, at once or when it is its turn.</summary>
    public void Begin(OperationStep operation)
    {
        _waiting.Enqueue(operation);
        if (_current is null) BeginWaiting();
        ScheduleNext();
    }

    public string Describe() =>
        _current is null ? $"client {Index} idle" : $"client {Index} at {_current.Function} {_current.Key} since {_current.StartedAt}";

    public void OnWake()
    {
        TimeSpan now = _world.Queue.Now;
        if (now >= _wakeAt) _wakeAt = TimeSpan.MaxValue;
        _session.Tick(now);
        if (_current is { } operation && now >= operation.GiveUpAt) GiveUp(operation);
        if (_current is { IsRead: true } read && now >= read.RetryAt)
        {
            MoveOn();
            SendRead(read);
        }

        ScheduleNext();
    }

    public void OnAnswer(long number, Request request, Answer answer)
    {
        switch (request.Kind)
        {
            case RequestKind.Command:
                if (answer.Status != CommandStatus.Applied) MoveOn();
                else if (request.EntryKind == EntryKind.Command) _repeated.OnApplied(request, answer);
                _session.OnResult(request.Attempt, answer.Status, answer.Reply, _world.Queue.Now);
                break;
            case RequestKind.Repetition:
                _repeated.OnAnswer(request, answer);
                break;
            case RequestKind.Operation:
                if (_current is { } operation && operation.Number == request.Attempt) Complete(operation, answer.Outcome, answer.Reply);
                break;
            case RequestKind.Read or RequestKind.Scan:
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
        if (_routing.Chance(0.2)) MoveOn();
        _world.SendRequest(_endpoint, new Request(Index, RequestKind.Command) { Attempt = attempt, EntryKind = kind, Payload = payload });
    }

    void ISessionPort.Complete(ulong operation, OperationOutcome outcome, ReadOnlySpan<byte> reply)
    {
        if (_current is { } current && current.Number == operation) Complete(current, outcome, reply);
    }

    /// <summary>What is owed is proof of a quorum: an eventual read is none.</summary>
    private OperationStep Owed(OperationStep drawn)
    {
        if (_readsOnly)
            return new OperationStep(Index, drawn.Number, ClientFunction.Read, drawn.Function == ClientFunction.Scan ? WorkloadPlan.KeyOf(0) : drawn.Key);
        return drawn.Consistency == ReadConsistency.Eventual ? drawn with { Consistency = ReadConsistency.Linearizable } : drawn;
    }

    private bool MayBegin() => _goal is { } goal ? Succeeded < goal : _decides && _drawn < _plan.Workload.OperationsMax;

    /// <summary>
    /// Turns to another node: often to one that believes it leads (of two such, one is wrong), never to one that is broken for good, because
    /// connections to that one do not come about. A read that insists on a follower turns to one mostly: there may be none that is of any use.
    /// </summary>
    private void MoveOn()
    {
        if (_current is { Step.Via: not null }) return;
        bool wantsFollower = _current is { Step.FromFollower: true } && _routing.Chance(0.7);
        bool wantsLeader = !wantsFollower && _routing.Chance(0.6);
        long start = _routing.Next(_plan.NodeCount);
        for (int i = 0; i < _plan.NodeCount * 2; i++)
        {
            SimulatedNode node = _world.Nodes[(int)((start + i) % _plan.NodeCount)];
            bool isWanted = (!wantsLeader || node.IsLeader) && !(wantsFollower && node.IsLeader);
            if ((!isWanted && i < _plan.NodeCount) || (_world.IsSettled ? !_world.TakesPart(node) : node.Aftermath != Aftermath.Whole)) continue;
            _endpoint = node.Position;
            return;
        }
    }

    private void BeginWaiting()
    {
        if (!_waiting.TryDequeue(out OperationStep? step)) return;
        TimeSpan now = _world.Queue.Now;
        _routing = _draws.Of(Concern.Routing, Index, step.Number);
        var operation = new ClientOperation(step, now) { GiveUpAt = now + Patience, Acknowledged = _world.Reads.Acknowledged };
        _current = operation;
        if (step.Via is { } via) _endpoint = via;
        else if (step.FromFollower || _routing.Chance(0.3)) MoveOn();
        _world.Watcher?.OnBegun(now, step);
        byte[] command = _book.Begin(operation, now);
        if (operation.IsRead)
        {
            SendRead(operation);
        }
        else if (step.ThroughNode)
        {
            // Through the node's own session. If the node goes down, nobody will ever say what became of it.
            var request = new Request(Index, RequestKind.Operation) { Attempt = operation.Number, Payload = command, Patience = Patience };
            _world.SendRequest(_endpoint, request);
            operation.GiveUpAt += Patience;
        }
        else
        {
            _session.Submit(operation.Number, command, operation.GiveUpAt, now);
        }
    }

    private void SendRead(ClientOperation operation)
    {
        operation.RetryAt = _world.Queue.Now + (_plan.Node.Raft.ElectionTimeoutMax * 2);
        RequestKind kind = operation.Function == ClientFunction.Scan ? RequestKind.Scan : RequestKind.Read;
        var request = new Request(Index, kind) { Consistency = operation.Step.Consistency, Key = operation.Key };
        operation.RequestNumber = _world.SendRequest(_endpoint, request);
    }

    private void OnReadAnswer(ClientOperation operation, Answer answer)
    {
        if (answer.ReadStatus == ReadStatus.Ready)
        {
            Finish(_book.Answered(operation, answer, _world.Queue.Now), succeeded: true);
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
                Finish(_book.Applied(operation, reply, now), succeeded: true);
                break;
            case OperationOutcome.NoLeader:
            case OperationOutcome.Overloaded:
            case OperationOutcome.StorageFull:
                MoveOn();
                Finish(_book.Refused(operation, now), succeeded: false);
                break;
            case OperationOutcome.Unknown:
                MoveOn();
                Finish(_book.Unknown(operation, now), succeeded: false);
                break;
            case OperationOutcome.Malformed:
            default:
                throw new ViolationException($"ANS client {Index} was told {outcome} for a command that is well formed");
        }
    }

    private void GiveUp(ClientOperation operation)
    {
        MoveOn();
        Finish(_book.Unknown(operation, _world.Queue.Now), succeeded: false);
    }

    private void Finish(string outcome, bool succeeded)
    {
        _world.Watcher?.OnEnded(_world.Queue.Now, _current!.Step, outcome);
        _current = null;
        _world.Operations++;
        if (succeeded) Succeeded++;
        else if (_goal is not null) _owedInVain++;
        BeginWaiting();
        if (_current is null) ScheduleBegin(_routing.Between(TimeSpan.Zero, _plan.Workload.ThinkTimeMax));
    }

    private void ScheduleBegin(TimeSpan delay)
    {
        // One tick at least: an operation begins between events.
        if (!MayBegin()) return;
        _world.Queue.FirstAfter(delay + new TimeSpan(1), new SimulationEvent(EventKind.ClientBegins, From: _generation, Number: Index));
    }

    private void ScheduleNext()
    {
        TimeSpan next = _session.NextDeadline ?? TimeSpan.MaxValue;
        if (_current is { } operation)
        {
            if (operation.GiveUpAt < next) next = operation.GiveUpAt;
            if (operation.IsRead && operation.RetryAt < next) next = operation.RetryAt;
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
}
