using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.World;

/// <summary>What goes wrong, and when it stops going wrong.</summary>
internal sealed partial class SimulatedWorld
{
    private DeterministicRandom _faultRandom;
    private long _faults;
    private bool _settled;

    /// <summary>
    /// Ends the safety phase: links heal, nodes come back, except a minority that stays down for good. From here on the cluster must make progress.
    /// </summary>
    public void Settle()
    {
        _settled = true;
        Network.HealAll();
        int dead = _plan.LeftForDead;
        foreach (SimulatedNode node in _nodes)
        {
            node.PausedUntil = TimeSpan.Zero;
            node.CrashAtEffect(long.MaxValue);
            if (dead > 0)
            {
                dead--;
                node.Crash(powerLoss: true);
                continue;
            }

            if (node.Node is null) Queue.After(TimeSpan.Zero, new SimulationEvent(EventKind.Restart, node.Position, Number: 1));
        }
    }

    /// <summary>Whether a node is one of those that stay down.</summary>
    public bool IsLeftForDead(SimulatedNode node) => _settled && node.Position < _plan.LeftForDead;

    private void StartNode(SimulatedNode node)
    {
        if (node.Node is not null || IsLeftForDead(node)) return;
        node.Clock.Restart(DrawClockOffset() - (Queue.Now * node.Clock.Rate));
        try
        {
            node.Start(_configuration);
        }
        catch (IOException damage)
        {
            throw new ViolationException($"DUR {node.Id} cannot start: {damage.Message}");
        }
    }

    private void CrashNode(SimulatedNode node, bool powerLoss)
    {
        if (node.Node is null) return;
        _faults++;
        node.Crash(powerLoss);
        TimeSpan down = _faultRandom.Between(TimeSpan.FromMilliseconds(1), _plan.Faults.DurationMax);
        Queue.After(_settled ? TimeSpan.Zero : down, new SimulationEvent(EventKind.Restart, node.Position));
    }

    private void ScheduleNextFault()
    {
        if (_plan.Faults.TotalWeight == 0) return;
        Queue.After(_faultRandom.Between(TimeSpan.Zero, _plan.Faults.Interval * 2), new SimulationEvent(EventKind.Fault));
    }

    private void InjectFault()
    {
        if (_settled) return;
        ScheduleNextFault();
        FaultPlan faults = _plan.Faults;
        long pick = _faultRandom.Next(faults.TotalWeight);
        SimulatedNode node = _nodes[_faultRandom.Next(_nodes.Length)];
        if ((pick -= faults.Crash) < 0) CrashNode(node, powerLoss: false);
        else if ((pick -= faults.PowerLoss) < 0) CrashNode(node, powerLoss: true);
        else if ((pick -= faults.PowerLossOfAll) < 0) PowerLossOfAll();
        else if ((pick -= faults.CrashOfLeader) < 0) CrashNode(LeaderOr(node), _faultRandom.Chance(0.5));
        else if ((pick -= faults.CrashInPass) < 0) CrashInPass(node);
        else if ((pick -= faults.Partition) < 0) SplitInTwo();
        else if ((pick -= faults.IsolateLeader) < 0) Isolate(LeaderOr(node), _faultRandom.Chance(0.3));
        else if ((pick -= faults.OneWay) < 0) MakeDeafOrMute(node);
        else if ((pick -= faults.Pause) < 0) Pause(LeaderOr(node));
        else Transfer(LeaderOr(node));
    }

    private void MaybePlanMishap(SimulatedNode leader)
    {
        if (_settled || !_faultRandom.Chance(_plan.Faults.MishapOfNewLeader)) return;
        if (_faultRandom.Chance(0.3))
        {
            // In the very pass that made it leader: its first entry is on its disk, and with some of the others or none.
            leader.CrashAtEffect(_faultRandom.Between(1, _nodes.Length + 2));
            return;
        }

        TimeSpan delay = _faultRandom.Between(TimeSpan.Zero, _plan.Network.DelayMax * 4);
        Queue.After(delay, new SimulationEvent(EventKind.Mishap, Number: leader.Position));
    }

    private void InjectMishap(SimulatedNode leader)
    {
        if (_settled) return;
        switch (_faultRandom.Next(4))
        {
            case 0:
                CrashNode(leader, powerLoss: false);
                break;
            case 1:
                Isolate(leader, leaveBridge: true);
                break;
            case 2:
                Isolate(leader, leaveBridge: false);
                break;
            default:
                CrashInPass(leader);
                break;
        }
    }

    private void PowerLossOfAll()
    {
        foreach (SimulatedNode node in _nodes) CrashNode(node, powerLoss: true);
    }

    private void CrashInPass(SimulatedNode node)
    {
        if (node.Node is null) return;
        node.CrashAtEffect(_faultRandom.Between(1, 12));
    }

    private void SplitInTwo()
    {
        var side = new bool[_nodes.Length];
        for (int i = 0; i < side.Length; i++) side[i] = _faultRandom.Chance(0.5);
        Cut((from, to) => side[from] != side[to]);
    }

    /// <summary>Cuts a node off, possibly all but one link: a bridge that keeps both sides talking.</summary>
    private void Isolate(SimulatedNode node, bool leaveBridge)
    {
        int bridge = leaveBridge ? (int)_faultRandom.Next(_nodes.Length) : -1;
        int position = node.Position;
        Cut((from, to) => (from == position && to != bridge) || (to == position && from != bridge));
    }

    private void MakeDeafOrMute(SimulatedNode node)
    {
        int position = node.Position;
        bool deaf = _faultRandom.Chance(0.5);
        Cut((from, to) => deaf ? to == position : from == position);
    }

    private void Cut(Func<int, int, bool> isCut)
    {
        _faults++;
        int partition = Network.Cut(isCut);
        TimeSpan duration = _faultRandom.Between(TimeSpan.FromMilliseconds(1), _plan.Faults.DurationMax);
        Queue.After(duration, new SimulationEvent(EventKind.Heal, Number: partition));
    }

    private void Pause(SimulatedNode node)
    {
        if (node.Node is null) return;
        _faults++;
        node.PausedUntil = Queue.Now + _faultRandom.Between(TimeSpan.FromMilliseconds(1), _plan.Faults.DurationMax);
    }

    private void Transfer(SimulatedNode node)
    {
        if (node.Node is null || node.PausedUntil > Queue.Now) return;
        NodeId target = _faultRandom.Chance(0.5) ? NodeId.None : _nodes[_faultRandom.Next(_nodes.Length)].Id;
        node.TransferLeadership(target);
    }

    private SimulatedNode LeaderOr(SimulatedNode other)
    {
        SimulatedNode found = other;
        foreach (SimulatedNode node in _nodes)
        {
            if (node.IsLeader && (found == other || node.Node!.Raft.Term > found.Node!.Raft.Term)) found = node;
        }

        return found;
    }
}
