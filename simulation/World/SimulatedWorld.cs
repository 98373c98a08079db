using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Nemesis;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Workload;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// The whole world of one run: nodes, clients, network, disks, clocks, under one event queue. A pure function of the plan and of what is done to it.
/// </summary>
internal sealed partial class SimulatedWorld
{
    /// <summary>Ten times what the longest runs take: who gets there goes in circles.</summary>
    private const long EventsMax = 2_000_000;

    private readonly RunPlan _plan;
    private readonly Draws _draws;
    private readonly Configuration _told;
    private readonly Configuration _formed;
    private readonly SimulatedNode[] _nodes;
    private readonly SimulatedClient[] _clients;
    private readonly INemesis _nemesis;
    private readonly Dictionary<long, Request> _requests = [];
    private readonly Dictionary<long, Answer> _answers = [];
    private readonly SortedDictionary<long, (int Node, int Life, TimeSpan Since)> _unanswered = [];
    private TraceHash _trace;
    private long _nextRequest;
    private long _events;

    /// <param name="plan">What the world is made of.</param>
    /// <param name="script">What is done to it; null: the swarm decides, as the plan wants it.</param>
    public SimulatedWorld(RunPlan plan, RunScript? script = null)
    {
        _plan = plan;
        _draws = new Draws(plan.Seed);
        _left = [.. plan.Aftermath];
        _nemesis = script is null ? new SwarmNemesis(plan, this) : new ScriptedNemesis(script);
        Network = new SimulatedNetwork(plan, Queue, _nemesis);
        var states = new CommittedStates(plan.Node.Sessions);
        Commands = new CommandBooks(states);
        NodeId[] ids = [.. Enumerable.Range(1, plan.NodeCount).Select(id => new NodeId((uint)id))];
        Member[] members =
            [.. ids.SkipLast(plan.Spares).Select((id, i) => new Member(id, MembershipRole.Voter, IdentityOf(i, 0), new Incarnation(1, NonceOf(i, 0))))];
        _formed = new Configuration(members, history: FormedHistory());
        _told = new Configuration(members.Select(member => member with { Identity = default, Incarnation = default }), isInitial: true);
        Checker = new SafetyChecker(plan.NodeCount, states, Commands, plan.IsForming ? null : _formed);
        Accounts = new AccountChecker(Checker);
        Limits = new LimitsChecker(plan);
        Passes = new PassChecker(plan);
        Rounds = new RoundChecker(plan.NodeCount);
        Promises = new PromiseChecker(Checker, Rotten, Limits);
        Memberships = new MembershipChecker(Checker, plan.NodeCount, plan.Node.Raft.LearnerLagMax);
        Reads = new ReadPromises(states, plan.NodeCount);
        Divergence = new DivergenceChecker(plan.NodeCount);
        Recoveries = new RecoveryChecker(Checker, plan.NodeCount);
        _nodes = new SimulatedNode[plan.NodeCount];
        for (int i = 0; i < _nodes.Length; i++) _nodes[i] = new SimulatedNode(this, plan, i);
        _clients = new SimulatedClient[plan.Workload.ClientCount];
        for (int i = 0; i < _clients.Length; i++) _clients[i] = new SimulatedClient(this, plan, i, decides: script is null);
    }

    public EventQueue Queue { get; } = new();

    public SimulatedNetwork Network { get; }

    public SafetyChecker Checker { get; }

    public AccountChecker Accounts { get; }

    public PromiseChecker Promises { get; }

    public LimitsChecker Limits { get; }

    public MembershipChecker Memberships { get; }

    public ReadPromises Reads { get; }

    public RottenSnapshots Rotten { get; } = new();

    public DivergenceChecker Divergence { get; }

    public RecoveryChecker Recoveries { get; }

    public CounterBooks Counters { get; } = new();

    public CommandBooks Commands { get; }

    public HistoryRecorder History { get; } = new();

    /// <summary>Told what happens, if anybody wants to know.</summary>
    public IWorldWatcher? Watcher
    {
        get;
        set
        {
            field = value;
            Network.Watcher = value;
        }
    }

    /// <summary>Told what comes true of what lay in wait, if anybody wants to know.</summary>
    public IFaultWatcher? FaultWatcher { get; set; }

    /// <summary>Where everything that is done to the world is noted, if anywhere.</summary>
    public RunScript? Recording
    {
        get;
        set
        {
            field = value;
            Network.Recording = value;
        }
    }

    /// <summary>Client operations completed.</summary>
    public long Operations { get; set; }

    public long Events => _events;

    public long FaultCount => _faults + Network.FaultCount;

    public ulong TraceHash => _trace.Value;

    public ReadOnlySpan<SimulatedNode> Nodes => _nodes;

    public ReadOnlySpan<SimulatedClient> Clients => _clients;

    public NodeId IdOf(int position) => _nodes[position].Id;

    public Request RequestOf(long number) => _requests[number];

    /// <summary>When a request that has not been answered yet came to its node.</summary>
    public TimeSpan AskedAt(long number) => _unanswered[number].Since;

    /// <summary>Starts everybody.</summary>
    /// <param name="but">Nodes that do not start by themselves, by position.</param>
    public void Begin(IReadOnlySet<int>? but = null)
    {
        FaultWatcher?.OnBegin(this);
        foreach (SimulatedNode node in _nodes)
        {
            if (but is not null && but.Contains(node.Position)) continue;
            DeterministicRandom random = _draws.Of(Concern.FirstStart, node.Position);
            Queue.After(random.Between(TimeSpan.Zero, _plan.FirstStartMax), new SimulationEvent(EventKind.Restart, node.Position));
        }

        foreach (SimulatedClient client in _clients) client.Begin();
        (_nemesis as SwarmNemesis)?.Begin();
    }

    /// <summary>Lets the world go on until <paramref name="end"/>, or until <paramref name="isDone"/> says so after an event.</summary>
    public bool RunUntil(TimeSpan end, Func<bool>? isDone = null)
    {
        _end = end;
        while (Queue.TryNext(end, out SimulationEvent happened))
        {
            if (happened.IsDecision)
            {
                Decide(happened);
            }
            else
            {
                Happen(happened);
            }

            if (isDone is not null && isDone()) return true;
        }

        return false;
    }

    /// <summary>Moves time to an instant before which nothing is left to happen.</summary>
    public void AdvanceTo(TimeSpan instant) => Queue.AdvanceTo(instant);

    /// <summary>The highest term among nodes that are whole.</summary>
    public long HighestTerm()
    {
        long term = 0;
        foreach (SimulatedNode node in _nodes)
        {
            if (node.Node is { } running && TakesPart(node)) term = Math.Max(term, running.Raft.Term);
        }

        return term;
    }

    /// <summary>Every request that has reached a node which has lived on since has been answered; call it at rest.</summary>
    public void CheckAnswers()
    {
        foreach ((long number, (int position, int life, _)) in _unanswered)
        {
            SimulatedNode node = _nodes[position];
            if (node.Aftermath == Aftermath.Whole && node.Life == life)
                throw new ViolationException($"ANS {node.Id} has never answered request {number} of client {_requests[number].Client}: {_requests[number].Kind}");
        }
    }

    public long SendRequest(int node, Request request)
    {
        long number = ++_nextRequest;
        _requests.Add(number, request);
        if (Network.Carry(_plan.NodeCount + request.Client, node) is { } delay)
            Queue.After(delay, new SimulationEvent(EventKind.RequestArrives, node, Number: number));
        else FaultWatcher?.OnClientMessageLost(Queue.Now, isAnswer: false);
        return number;
    }

    public void Answer(SimulatedNode node, long number, Answer answer)
    {
        // What nobody asked for needs no answer.
        if (!_requests.TryGetValue(number, out Request? request)) return;
        _unanswered.Remove(number);

        // A request may be answered once only; a node that answers twice is found out here.
        if (!_answers.TryAdd(number, answer)) throw new ViolationException($"ANS request {number} of client {request.Client} was answered twice");
        if (Network.Carry(node.Position, _plan.NodeCount + request.Client) is { } delay)
            Queue.After(delay, new SimulationEvent(EventKind.AnswerArrives, Number: number));
        else FaultWatcher?.OnClientMessageLost(Queue.Now, isAnswer: true);
    }

    /// <summary>An answer gets lost on its way.</summary>
    public void LoseAnswer(long number)
    {
        _unanswered.Remove(number);
        FaultWatcher?.OnClientMessageLost(Queue.Now, isAnswer: true);
    }

    public void OnMoment(SimulatedNode node, Moment moment) => _nemesis.OnMoment(moment, node.Position);

    public void OnRoleChange(SimulatedNode node, in RoleChange change)
    {
        Checker.OnRoleChange(node.Node!, change);
        if (change.To != Role.Leader) return;
        Promises.OnElected(node.Node!, change.Term);
        if (_plan.Clocks.IsBounded) CheckLeases(node, change.Term);
        OnMoment(node, Moment.Elected);
        if (_nemesis.OnNewLeader(node.Position, change.Term) is not { } mishap) return;
        Recording?.NewLeaders.Add(mishap);
        Watcher?.OnStep(Queue.Now, mishap);
        node.CrashAtEffect(mishap.Effects, mishap.Down);
    }

    public void OnRecovery(SimulatedNode node, in RecoveryEvent happened) => Recoveries.OnRecovery(node.Position, node.Id, node.Node!.Raft.Log, happened);

    /// <summary>While clocks keep to their bound, nobody is elected as long as another node answers reads by its lease; on true time.</summary>
    private void CheckLeases(SimulatedNode elected, long term)
    {
        foreach (SimulatedNode other in _nodes)
        {
            if (other != elected && other.HoldsLease() && other.Node!.Raft.Term < term)
                throw new ViolationException($"LEASE {elected.Id} leads term {term} while {other.Id} holds the lease of term {other.Node.Raft.Term}");
        }
    }

    private void Happen(in SimulationEvent happened)
    {
        if (++_events > EventsMax) throw new ViolationException($"LIVE {EventsMax} events and no end: time hardly goes on");
        _trace.Add(happened, Queue.Now);
        Dispatch(happened);
    }

    private void Dispatch(in SimulationEvent happened)
    {
        if (happened.Node < 0)
        {
            DispatchToWorld(happened);
            return;
        }

        SimulatedNode node = _nodes[happened.Node];
        if (happened.Kind == EventKind.Restart)
        {
            StartNode(node);
            Watcher?.OnNode(Queue.Now, node, happened.Kind);
            return;
        }

        bool isFrame = happened.Kind is EventKind.Deliver or EventKind.DeliverDamaged;
        if (isFrame && Network.Loses(happened)) return;
        if (node.Node is null || (happened.Life >= 0 && happened.Life != node.Life))
        {
            if (isFrame) Watcher?.OnLost(Queue.Now, happened.Number);
            return;
        }

        if (isFrame && Network.Holds(happened))
        {
            FaultWatcher?.OnHeld(Queue.Now, happened.Number);
            return;
        }

        if (IsPutOff(node, happened)) return;
        try
        {
            DispatchToNode(node, happened);
        }
        catch (SimulatedCrashException)
        {
            EndProcess(node, Unsynced.Stays, node.DownTime());
        }
        catch (StateDivergedException diverged)
        {
            OnDiverged(node, diverged);
        }
        catch (InvariantViolationException broken)
        {
            throw new ViolationException($"INV {node.Id}: {broken.Message}");
        }

        if (node.Node is { } running)
        {
            Checker.Check(node.Position, running);
            Accounts.Check(node.Position, running);
            if (happened.Kind == EventKind.Pump) Memberships.OnPass(node.Position, running);
            Divergence.Look(node);
            Limits.Look(running);
            Rounds.Look(node.Position, running);
            if (node.Turns.HasCommitted(running, out Moment moment)) OnMoment(node, moment);
            if (node.Turns.HasTurned(running, out moment)) OnMoment(node, moment);
        }

        Watcher?.OnNode(Queue.Now, node, happened.Kind);
    }

    private bool IsPutOff(SimulatedNode node, in SimulationEvent happened)
    {
        TimeSpan until = node.PausedUntil;
        TimeSpan hangsUntil = happened.Kind switch
        {
            EventKind.DiskDone or EventKind.FlushDue or EventKind.LogScrub => node.DiskWorker.HangsUntil,
            EventKind.SnapshotStep or EventKind.SnapshotScrub => node.SnapshotWorker.HangsUntil,
            _ => TimeSpan.Zero,
        };
        if (hangsUntil > until)
        {
            until = hangsUntil;
            if (until > Queue.Now) FaultWatcher?.OnDiskHangs(Queue.Now, node);
        }

        if (until <= Queue.Now) return false;
        if (until - Queue.Now >= Lasting.Forever / 2) node.PutOff(happened);
        else Queue.At(until, happened);
        return true;
    }

    private void DispatchToNode(SimulatedNode node, in SimulationEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Deliver:
                Watcher?.OnArrived(Queue.Now, happened.Number);
                node.OnFrame(happened.From, happened.Frame!);
                break;
            case EventKind.DeliverDamaged:
                Watcher?.OnLost(Queue.Now, happened.Number);
                node.OnDamagedFrame(happened.From, happened.Frame!);
                break;
            case EventKind.DiskDone:
                node.OnDiskDone();
                break;
            case EventKind.FlushDue:
                node.DiskWorker.OnWake();
                break;
            case EventKind.SnapshotStep:
                node.OnSnapshotStep();
                break;
            case EventKind.SnapshotResult:
                node.OnSnapshotResult();
                break;
            case EventKind.LogScrub:
                node.OnLogScrub();
                break;
            case EventKind.SnapshotScrub:
                node.OnSnapshotScrub();
                break;
            case EventKind.Wake:
                node.OnWake();
                break;
            case EventKind.Pump:
                node.OnPump();
                break;
            case EventKind.RequestArrives:
                _unanswered.Add(happened.Number, (node.Position, node.Life, Queue.Now));
                node.OnRequest(happened.Number, _requests[happened.Number]);
                break;
            default:
                throw new InvalidOperationException($"{happened.Kind} is not for a node");
        }
    }

    private void DispatchToWorld(in SimulationEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.AnswerArrives:
                _answers.Remove(happened.Number, out Answer? answer);
                _requests.Remove(happened.Number, out Request? request);
                _clients[request!.Client].OnAnswer(happened.Number, request, answer!);
                break;
            case EventKind.ClientWake:
                _clients[happened.Number].OnWake();
                break;
            case EventKind.Heal:
                Network.Heal((int)happened.Number);
                break;
            case EventKind.ClockHeals:
                SetClockRate(_nodes[happened.Number], _nodes[happened.Number].Clock.NominalRate);
                Watcher?.OnNode(Queue.Now, _nodes[happened.Number], happened.Kind);
                break;
            case EventKind.RoomAgain:
                _nodes[happened.Number].Disk.CapacityBytes = long.MaxValue;
                Watcher?.OnNode(Queue.Now, _nodes[happened.Number], happened.Kind);
                break;
            default:
                throw new InvalidOperationException($"{happened.Kind} is for a node");
        }
    }

    private void Decide(in SimulationEvent due)
    {
        switch (due.Kind)
        {
            case EventKind.Fault:
                ((SwarmNemesis)_nemesis).OnFault();
                break;
            case EventKind.Mishap:
                ((SwarmNemesis)_nemesis).OnMishap((int)due.Number, due.From);
                break;
            case EventKind.Strike:
                ((SwarmNemesis)_nemesis).OnStrike((int)due.Number, due.From);
                break;
            case EventKind.ThreadReads:
                ((SwarmNemesis)_nemesis).OnThreadReads();
                break;
            default:
                _clients[due.Number].BeginNext(due.From);
                break;
        }
    }
}
