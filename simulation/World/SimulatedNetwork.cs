using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DEngine.Core;
using DEngine.Simulation.Nemesis;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.World;

/// <summary>
/// The links between nodes, and between clients and nodes: delay, disorder, bandwidth, what the nemesis does to single frames, cuts and clogs of any
/// shape. Ends are positions: nodes first, then clients.
/// </summary>
internal sealed class SimulatedNetwork(RunPlan plan, EventQueue queue, INemesis nemesis)
{
    private readonly Draws _draws = new(plan.Seed);
    private readonly LinkState[,] _links = new LinkState[plan.NodeCount + plan.Workload.ClientCount, plan.NodeCount + plan.Workload.ClientCount];
    private readonly Dictionary<FrameName, long> _ordinals = [];
    private readonly List<CutState> _cuts = [];
    private readonly Echoes[] _echoes = [.. Enumerable.Range(0, plan.NodeCount).Select(_ => new Echoes())];
    private long _frames;
    private bool _settled;

    /// <summary>Frames lost, doubled, damaged or much delayed so far.</summary>
    public long FaultCount { get; private set; }

    /// <summary>What is done to frames by kind and link.</summary>
    public FrameRules Rules { get; } = new(queue);

    /// <summary>Told what happens, if anybody wants to know.</summary>
    public IWorldWatcher? Watcher { get; set; }

    /// <summary>Where fates that are not plain arrivals are noted, if anywhere.</summary>
    public RunScript? Recording { get; set; }

    /// <summary>A node that says so of its directory sends a frame to another.</summary>
    public void Send(int from, int to, in DirectoryStamp sender, ReadOnlySpan<byte> frame)
    {
        ref LinkState link = ref _links[from, to];
        FrameName name = NameOf(from, to, frame);
        long id = ++_frames;
        bool isCut = link.Cuts > 0;
        FrameFate fate = isCut ? new FrameFate(FateKind.Lost) : FateOf(name);
        Watcher?.OnSent(new SentFrame(id, name, queue.Now, fate, isCut), frame);
        if (fate.Kind != FateKind.Arrives) FaultCount++;
        if (fate.Kind == FateKind.Lost) return;
        var sent = new SimulatedFrame(frame.ToArray(), sender);
        _echoes[to].Add(name, sent);
        if (Rules.Applies(new Link(from, to), id, sent)) return;
        if (fate.Kind == FateKind.Corrupted) sent = Corrupted(sent, fate.Bit);
        TimeSpan delay = DelayOf(name) + Transmission(ref link, frame.Length);
        Schedule(name, id, delay + (fate.Kind == FateKind.Late ? fate.Extra : TimeSpan.Zero), sent, fate.Kind == FateKind.Corrupted);
        if (fate.Kind == FateKind.Copied) Schedule(name, id, delay + fate.Extra, sent, isDamaged: false);
    }

    /// <summary>A message between a client and a node, by positions; null: it gets lost, else how long it takes.</summary>
    public TimeSpan? Carry(int from, int to)
    {
        FrameName name = Number(new FrameName(from, to, null, 0, 0));
        FrameFate fate = FateOf(name);
        if (fate.Kind == FateKind.Arrives) return DelayOf(name);
        FaultCount++;
        return fate.Kind == FateKind.Lost ? null : DelayOf(name) + fate.Extra;
    }

    /// <summary>Whether a frame that would arrive now gets lost: a cut loses what is under way too.</summary>
    public bool Loses(in SimulationEvent delivery)
    {
        if (_links[delivery.From, delivery.Node].Cuts == 0) return false;
        FaultCount++;
        Watcher?.OnLost(queue.Now, delivery.Number);
        return true;
    }

    /// <summary>Whether a frame that would arrive now is held back; it is put off then.</summary>
    public bool Holds(in SimulationEvent delivery)
    {
        TimeSpan until = _links[delivery.From, delivery.Node].ClogUntil;
        if (until <= queue.Now) return false;
        queue.At(until, delivery);
        return true;
    }

    /// <summary>Copies of old frames arrive.</summary>
    public void Echo(EchoStep step)
    {
        TimeSpan arrival = queue.Now;
        foreach (Echoes.Sent sent in _echoes[step.Node].Of(step))
        {
            arrival += new TimeSpan(1);
            FaultCount++;
            _frames++;
            Watcher?.OnSent(new SentFrame(_frames, sent.Name, queue.Now, FrameFate.Arrives, WasCut: false), sent.Frame.Bytes);
            queue.At(arrival, new SimulationEvent(EventKind.Deliver, step.Node, From: sent.Name.From, Number: _frames, Frame: sent.Frame));
        }
    }

    /// <summary>Whether nothing gets through now.</summary>
    public bool IsCut(int from, int to) => _links[from, to].Cuts > 0;

    /// <summary>Cuts links; the answer names the cut.</summary>
    public int Cut(IReadOnlyList<Link> links)
    {
        foreach (Link link in links) _links[link.From, link.To].Cuts++;
        _cuts.Add(new CutState(links));
        return _cuts.Count - 1;
    }

    /// <summary>Ends a cut; once.</summary>
    public void Heal(int cut)
    {
        if (_cuts[cut].Healed) return;
        _cuts[cut].Healed = true;
        foreach (Link link in _cuts[cut].Links) _links[link.From, link.To].Cuts--;
    }

    /// <summary>Links hold back what would arrive, until then.</summary>
    public void Clog(IReadOnlyList<Link> links, TimeSpan until)
    {
        foreach (Link link in links)
        {
            ref LinkState state = ref _links[link.From, link.To];
            if (until > state.ClogUntil) state.ClogUntil = until;
        }
    }

    /// <summary>Ends every cut, every clog and every loss; what was held back by a rule is gone.</summary>
    public void Settle()
    {
        _settled = true;
        Rules.Clear();
        HealAll();
    }

    /// <summary>Ends every cut and every clog.</summary>
    public void HealAll()
    {
        for (int i = 0; i < _cuts.Count; i++) Heal(i);
        for (int from = 0; from < plan.NodeCount; from++)
        {
            for (int to = 0; to < plan.NodeCount; to++) _links[from, to].ClogUntil = TimeSpan.Zero;
        }
    }

    private FrameFate FateOf(in FrameName name)
    {
        if (_settled) return FrameFate.Arrives;
        FrameFate fate = nemesis.FateOf(name);
        if (fate.Kind != FateKind.Arrives) Recording?.Fates.Add(name, fate);
        return fate;
    }

    /// <summary>Messages about terms begin with theirs; the others have none.</summary>
    private FrameName NameOf(int from, int to, ReadOnlySpan<byte> frame)
    {
        var kind = (MessageKind)frame[FrameFormat.HeaderBytes];
        long term = kind < MessageKind.ReadIndexRequest ? BinaryPrimitives.ReadInt64LittleEndian(frame[FrameFormat.OverheadBytes..]) : 0;
        return Number(new FrameName(from, to, kind, term, 0));
    }

    private FrameName Number(in FrameName unnumbered)
    {
        ref long ordinal = ref CollectionsMarshal.GetValueRefOrAddDefault(_ordinals, unnumbered, out _);
        return unnumbered with { Ordinal = ++ordinal };
    }

    private TimeSpan DelayOf(in FrameName name) => _draws
        .Of(Concern.FrameDelay, name.Subject, name.Ordinal)
        .Between(plan.Network.DelayMin, plan.Network.DelayMax);

    /// <summary>How long a frame waits for those before it, and takes itself.</summary>
    private TimeSpan Transmission(ref LinkState link, int bytes)
    {
        if (plan.Network.BytesPerSecond == 0) return TimeSpan.Zero;
        TimeSpan begin = link.BusyUntil > queue.Now ? link.BusyUntil : queue.Now;
        link.BusyUntil = begin + new TimeSpan(bytes * TimeSpan.TicksPerSecond / plan.Network.BytesPerSecond);
        return link.BusyUntil - queue.Now;
    }

    private static SimulatedFrame Corrupted(SimulatedFrame frame, int bit)
    {
        byte[] bytes = [.. frame.Bytes];
        bytes[bit / 8 % bytes.Length] ^= (byte)(1 << (bit % 8));
        return frame with { Bytes = bytes };
    }

    private void Schedule(in FrameName name, long id, TimeSpan delay, SimulatedFrame frame, bool isDamaged)
    {
        TimeSpan arrival = queue.Now + delay;
        if (plan.Network.KeepsOrder)
        {
            ref LinkState link = ref _links[name.From, name.To];
            if (arrival < link.LastArrival) arrival = link.LastArrival;
            link.LastArrival = arrival;
        }

        EventKind kind = isDamaged ? EventKind.DeliverDamaged : EventKind.Deliver;
        queue.At(arrival, new SimulationEvent(kind, name.To, From: name.From, Number: id, Frame: frame));
    }

    private struct LinkState
    {
        public int Cuts;
        public TimeSpan ClogUntil;
        public TimeSpan BusyUntil;
        public TimeSpan LastArrival;
    }

    private sealed class CutState(IReadOnlyList<Link> links)
    {
        public IReadOnlyList<Link> Links { get; } = links;

        public bool Healed { get; set; }
    }
}
