using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Workload;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>
/// The whole world of one run: nodes, clients, network, disks, clocks, under one event queue. A pure function of the plan.
/// </summary>
internal sealed partial class SimulatedWorld
{
    private readonly RunPlan _plan;
    private readonly Configuration _configuration;
    private readonly SimulatedNode[] _nodes;
    private readonly SimulatedClient[] _clients;
    private readonly Dictionary<long, Request> _requests = [];
    private readonly Dictionary<long, Answer> _answers = [];
    private DeterministicRandom _requestRandom;
    private DeterministicRandom _clockRandom;
    private TraceHash _trace;
    private long _nextRequest;
    private long _events;

    public SimulatedWorld(RunPlan plan)
    {
        _plan = plan;
        _requestRandom = DeterministicRandom.For(plan.Seed, Concern.Requests);
        _clockRandom = DeterministicRandom.For(plan.Seed, Concern.Clocks);
        _faultRandom = DeterministicRandom.For(plan.Seed, Concern.Faults);
        Network = new SimulatedNetwork(plan, Queue);
        Checker = new SafetyChecker(plan.NodeCount);
        var ids = new NodeId[plan.NodeCount];
        _nodes = new SimulatedNode[plan.NodeCount];
        for (int i = 0; i < _nodes.Length; i++)
        {
            double rate = 1 + (plan.ClockDrift * ((2 * _clockRandom.NextDouble()) - 1));
            _nodes[i] = new SimulatedNode(this, plan, i, new SimulatedClock(rate, DrawClockOffset()));
            ids[i] = _nodes[i].Id;
        }

        _configuration = new Configuration(ids);
        _clients = new SimulatedClient[plan.ClientCount];
        for (int i = 0; i < _clients.Length; i++) _clients[i] = new SimulatedClient(this, plan, i);
    }

    public EventQueue Queue { get; } = new();

    public SimulatedNetwork Network { get; }

    public SafetyChecker Checker { get; }

    public HistoryRecorder History { get; } = new();

    /// <summary>Client operations completed.</summary>
    public long Operations { get; set; }

    public long Events => _events;

    public long FaultCount => _faults + Network.FaultCount;

    public ulong TraceHash => _trace.Value;

    public ReadOnlySpan<SimulatedNode> Nodes => _nodes;

    public ReadOnlySpan<SimulatedClient> Clients => _clients;

    public NodeId IdOf(int position) => _nodes[position].Id;

    public Request RequestOf(long number) => _requests[number];

    /// <summary>Starts everybody.</summary>
    public void Begin()
    {
        foreach (SimulatedNode node in _nodes)
        {
            Queue.After(_clockRandom.Between(TimeSpan.Zero, _plan.Node.Raft.ElectionTimeoutMin), new SimulationEvent(EventKind.Restart, node.Position));
        }

        foreach (SimulatedClient client in _clients) Queue.After(TimeSpan.Zero, new SimulationEvent(EventKind.ClientWake, Number: client.Index));
        ScheduleNextFault();
    }

    /// <summary>Lets the world go on until <paramref name="end"/>, or until <paramref name="isDone"/> says so after an event.</summary>
    public bool RunUntil(TimeSpan end, Func<bool>? isDone = null)
    {
        while (Queue.TryNext(end, out SimulationEvent happened))
        {
            _events++;
            _trace.Add(happened, Queue.Now);
            Dispatch(happened);
            if (isDone is not null && isDone()) return true;
        }

        return false;
    }

    public long SendRequest(int node, Request request)
    {
        long number = ++_nextRequest;
        _requests.Add(number, request);
        if (!_requestRandom.Chance(_settled ? 0 : _plan.Network.Loss))
        {
            Queue.After(RequestDelay(), new SimulationEvent(EventKind.RequestArrives, node, Number: number));
        }

        return number;
    }

    public void Answer(long number, Answer answer)
    {
        Request request = _requests[number];
        if (_requestRandom.Chance(_settled ? 0 : _plan.Network.Loss)) return;

        // A request may be answered once only; a node that answers twice is found out here.
        if (!_answers.TryAdd(number, answer)) throw new ViolationException($"ANS request {number} of client {request.Client} was answered twice");
        Queue.After(RequestDelay(), new SimulationEvent(EventKind.AnswerArrives, Number: number));
    }

    public void OnRoleChange(SimulatedNode node, in RoleChange change)
    {
        Checker.OnRoleChange(node.Node!, change);
        if (change.To == Role.Leader) MaybePlanMishap(node);
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
            return;
        }

        if (node.Node is null || (happened.Life >= 0 && happened.Life != node.Life)) return;
        if (happened.Kind == EventKind.Deliver && Network.Loses(happened.From, happened.Node)) return;
        if (node.PausedUntil > Queue.Now)
        {
            Queue.At(node.PausedUntil, happened);
            return;
        }

        try
        {
            DispatchToNode(node, happened);
        }
        catch (SimulatedCrashException)
        {
            CrashNode(node, powerLoss: false);
            return;
        }
        catch (InvariantViolationException broken)
        {
            throw new ViolationException($"INV {node.Id}: {broken.Message}");
        }

        Checker.Check(node.Position, node.Node);
    }

    private void DispatchToNode(SimulatedNode node, in SimulationEvent happened)
    {
        switch (happened.Kind)
        {
            case EventKind.Deliver:
                node.OnFrame(happened.From, happened.Bytes!);
                break;
            case EventKind.DiskDone:
                node.OnDiskDone();
                break;
            case EventKind.Wake:
                node.OnWake();
                break;
            case EventKind.Pump:
                node.OnPump();
                break;
            case EventKind.RequestArrives:
                node.OnRequest(happened.Number, _requests[happened.Number]);
                break;
            case EventKind.AnswerArrives:
            case EventKind.ClientWake:
            case EventKind.Fault:
            case EventKind.Mishap:
            case EventKind.Restart:
            case EventKind.Heal:
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
            case EventKind.Fault:
                InjectFault();
                break;
            case EventKind.Mishap:
                InjectMishap(_nodes[happened.Number]);
                break;
            case EventKind.Heal:
                Network.Heal((int)happened.Number);
                break;
            case EventKind.Deliver:
            case EventKind.DiskDone:
            case EventKind.Wake:
            case EventKind.Pump:
            case EventKind.RequestArrives:
            case EventKind.Restart:
            default:
                throw new InvalidOperationException($"{happened.Kind} is for a node");
        }
    }

    private TimeSpan RequestDelay() => _requestRandom.Between(_plan.Network.DelayMin, _plan.Network.DelayMax);

    private TimeSpan DrawClockOffset() => _clockRandom.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
}
