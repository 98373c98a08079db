using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Runs;

/// <summary>Looks on at peace for how much of the time callers' threads are served by the leader's lease.</summary>
internal sealed class LeaseWatch(SimulatedWorld world, RunPlan plan)
{
    /// <summary>Of the time, where beats and answers are quick enough for leases that follow one another without a gap.</summary>
    private const double ShareMin = 0.95;

    private readonly TimeSpan _begin = world.Queue.Now;
    private TimeSpan _last = world.Queue.Now;
    private TimeSpan _held;

    /// <summary>An event has happened; never the last one.</summary>
    public bool Look()
    {
        TimeSpan now = world.Queue.Now;
        int leader = world.LeaderOr(-1);
        if (leader >= 0 && world.Nodes[leader] is var node && node.Node!.Gate.Admits(ReadConsistency.Lease, node.Now)) _held += now - _last;
        _last = now;
        return false;
    }

    /// <summary>Why the leader should have served more of the time; empty: it has, or need not.</summary>
    public string FindLack()
    {
        int leader = world.LeaderOr(-1);
        if (leader < 0 || !MayExpect(world.Nodes[leader].Node!.Raft)) return "";
        TimeSpan time = _last - _begin;
        return _held >= time * ShareMin ? "" : $"LIVE {world.Nodes[leader].Id} has held a lease for {_held.TotalSeconds:F3} s of {time.TotalSeconds:F3} s of peace";
    }

    /// <summary>A leader that has tried in vain to hand over has no lease for the rest of its term (R4).</summary>
    private bool MayExpect(RaftNode leader)
    {
        RaftOptions raft = plan.Node.Raft;
        TimeSpan between = (raft.HeartbeatInterval + (plan.Network.DelayMax * 2)) * (1.1 + (2 * plan.Clocks.Drift));
        return between < raft.LeaseDuration && !leader.HasForfeitedLease && leader.HasCommittedInTerm && plan.Network.BytesPerSecond == 0;
    }
}
