using DEngine.Core;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.World;

/// <summary>The links between nodes: delay, loss, copies, disorder, and partitions of any shape.</summary>
internal sealed class SimulatedNetwork
{
    private readonly EventQueue _queue;
    private readonly int[,] _blocked;
    private readonly TimeSpan[,] _lastArrival;
    private readonly List<Partition> _partitions = [];
    private DeterministicRandom _random;
    private NetworkPlan _plan;

    public SimulatedNetwork(RunPlan plan, EventQueue queue)
    {
        _plan = plan.Network;
        _queue = queue;
        _random = DeterministicRandom.For(plan.Seed, Concern.Network);
        _blocked = new int[plan.NodeCount, plan.NodeCount];
        _lastArrival = new TimeSpan[plan.NodeCount, plan.NodeCount];
    }

    /// <summary>Frames lost, doubled or much delayed so far.</summary>
    public long FaultCount { get; private set; }

    public void Send(int from, int to, ReadOnlySpan<byte> frame)
    {
        if (_blocked[from, to] > 0 || _random.Chance(_plan.Loss))
        {
            FaultCount++;
            return;
        }

        byte[] bytes = frame.ToArray();
        Schedule(from, to, bytes);
        if (_random.Chance(_plan.Duplicate))
        {
            FaultCount++;
            Schedule(from, to, bytes);
        }
    }

    /// <summary>Whether a frame that is on its way now gets lost: a cut loses what is under way too.</summary>
    public bool Loses(int from, int to)
    {
        if (_blocked[from, to] == 0) return false;
        FaultCount++;
        return true;
    }

    /// <summary>Cuts links; the answer names the partition.</summary>
    public int Cut(Func<int, int, bool> isCut)
    {
        var links = new List<(int From, int To)>();
        for (int from = 0; from < _blocked.GetLength(0); from++)
        {
            for (int to = 0; to < _blocked.GetLength(1); to++)
            {
                if (from != to && isCut(from, to)) links.Add((from, to));
            }
        }

        foreach ((int from, int to) in links) _blocked[from, to]++;
        _partitions.Add(new Partition(links));
        return _partitions.Count - 1;
    }

    /// <summary>Ends a partition; once.</summary>
    public void Heal(int partition)
    {
        if (_partitions[partition].Healed) return;
        _partitions[partition].Healed = true;
        foreach ((int from, int to) in _partitions[partition].Links) _blocked[from, to]--;
    }

    /// <summary>Ends every partition and every loss.</summary>
    public void HealAll()
    {
        for (int i = 0; i < _partitions.Count; i++) Heal(i);
        _plan = _plan.Healed();
    }

    private void Schedule(int from, int to, byte[] bytes)
    {
        TimeSpan delay = _random.Between(_plan.DelayMin, _plan.DelayMax);
        if (_random.Chance(_plan.VeryLate))
        {
            FaultCount++;
            delay += _random.Between(TimeSpan.Zero, _plan.LateMax);
        }

        TimeSpan arrival = _queue.Now + delay;
        if (_plan.KeepsOrder)
        {
            if (arrival < _lastArrival[from, to]) arrival = _lastArrival[from, to];
            _lastArrival[from, to] = arrival;
        }

        _queue.At(arrival, new SimulationEvent(EventKind.Deliver, to, From: from, Bytes: bytes));
    }

    private sealed class Partition(List<(int From, int To)> links)
    {
        public List<(int From, int To)> Links { get; } = links;

        public bool Healed { get; set; }
    }
}
