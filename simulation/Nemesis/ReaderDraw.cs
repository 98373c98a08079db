using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Nemesis;

/// <summary>
/// Callers' threads at the nodes: when they read, at which step of a pass, and what goes on meanwhile. By numbers of their own, so that nothing else of a seed
/// changes with them.
/// </summary>
internal sealed class ReaderDraw
{
    /// <summary>In so many runs there are no such readers.</summary>
    private const double Without = 0.25;

    private readonly RunPlan _plan;
    private readonly SimulatedWorld _world;
    private readonly Draws _draws;
    private readonly double _eventual;
    private readonly double _storms;
    private readonly TimeSpan _interval;
    private long _ordinal;

    public ReaderDraw(RunPlan plan, SimulatedWorld world)
    {
        _plan = plan;
        _world = world;
        _draws = new Draws(plan.Seed);
        DeterministicRandom random = _draws.Of(Concern.Readers);
        IsOn = !random.Chance(Without);
        _interval = plan.Node.Raft.HeartbeatInterval * (0.1 + random.NextDouble());
        _eventual = plan.Clocks.IsBounded ? 0.3 * random.NextDouble() : 1;
        _storms = random.Chance(0.2) ? 0.01 : 0;
    }

    /// <summary>Whether there are any.</summary>
    public bool IsOn { get; }

    public void ScheduleNext()
    {
        DeterministicRandom random = _draws.Of(Concern.Readers, 1, ++_ordinal);
        _world.Queue.FirstAfter(random.Between(new TimeSpan(1), _interval * 2), new SimulationEvent(EventKind.ThreadReads));
    }

    /// <summary>The next one.</summary>
    public Step Draw()
    {
        DeterministicRandom random = _draws.Of(Concern.Readers, 2, _ordinal);
        int any = (int)random.Next(_plan.NodeCount);
        int node = random.Chance(0.8) ? _world.LeaderOr(any) : any;
        if (random.Chance(_storms)) return new ReadStormStep(node, (int)random.Between(100, 500));
        PassPoint point = random.Chance(0.1) ? PassPoint.Rest : (PassPoint)random.Between((long)PassPoint.Send, (long)PassPoint.Answer);
        ReadConsistency consistency = random.Chance(_eventual) ? ReadConsistency.Eventual : ReadConsistency.Lease;
        string key = WorkloadPlan.KeyOf(random.Chance(_plan.Workload.HotKey) ? 0 : random.Next(_plan.Workload.KeyCount));
        return new ThreadReadStep(node, consistency, key, point)
        {
            Count = random.Chance(0.6) ? 1 : (int)random.Between(2, 4),
            Stall = point == PassPoint.Rest || random.Chance(0.3) ? TimeSpan.Zero : random.Between(TimeSpan.Zero, _plan.Network.DelayMax * 4),
        };
    }
}
