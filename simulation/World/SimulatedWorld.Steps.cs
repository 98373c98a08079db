using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>What is done to the world, and when it stops.</summary>
internal sealed partial class SimulatedWorld
{
    private readonly Aftermath[] _left;
    private long _faults;

    /// <summary>The safety phase is over: nothing goes wrong any more in a quorum.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>
    /// Whether those whose disks are neither damaged nor lack what they acknowledged are a quorum, or else everybody can speak up: otherwise, by design, nobody
    /// goes on.
    /// </summary>
    public bool HasQuorumOfDisks
    {
        get
        {
            int whole = 0;
            int damaged = 0;
            foreach (SimulatedNode node in _nodes)
            {
                if (node.Finding is DiskFinding.Unusable or DiskFinding.Damaged) damaged++;
                else if (!node.IsIncomplete) whole++;
            }

            // A cluster that has not been formed is formed by all.
            if (Checker.CommittedConfiguration is null) return damaged == 0;
            return whole > _nodes.Length / 2 || (damaged == 0 && _plan.Disk.Flush is not null);
        }
    }

    /// <summary>The leader of the highest term, or <paramref name="other"/> when there is none; by position.</summary>
    public int LeaderOr(int other)
    {
        int found = other;
        long term = -1;
        foreach (SimulatedNode node in _nodes)
        {
            if (!node.IsLeader || node.Node!.Raft.Term <= term) continue;
            found = node.Position;
            term = node.Node.Raft.Term;
        }

        return found;
    }

    /// <summary>Does something to the world, now; between events only.</summary>
    public void Perform(Step step)
    {
        Recording?.Steps.Add(new TimedStep(Queue.Now, step));
        Watcher?.OnStep(Queue.Now, step);
        _trace.Add((ulong)Queue.Now.Ticks ^ ((ulong)(uint)step.Subject << 48));
        switch (step)
        {
            case OperationStep operation:
                _clients[operation.Client].Begin(operation);
                break;
            case CutStep cut:
                Queue.After(cut.Duration, new SimulationEvent(EventKind.Heal, Number: Network.Cut(cut.Links)));
                _faults++;
                break;
            case ClogStep clog:
                Network.Clog(clog.Links, Queue.Now + clog.Duration);
                _faults++;
                break;
            case HealStep:
                Network.HealAll();
                break;
            case RuleStep rule:
                Network.Rules.Add(rule);
                _faults++;
                break;
            case PassStep pass:
                Network.Rules.Remove(pass.Links);
                break;
            case ReleaseStep release:
                Network.Rules.Release(release);
                break;
            case NodeStep ofNode:
                SimulatedNode node = _nodes[ofNode.Node];
                if (PerformOnMachine(node, ofNode) || PerformOnProcess(node, ofNode)) _faults++;
                Watcher?.OnNode(Queue.Now, node, EventKind.Fault);
                break;
            default:
                throw new InvalidOperationException($"unknown step {step}");
        }
    }

    /// <summary>What befalls a machine whether its process runs or not; false: the step is none of these.</summary>
    private bool PerformOnMachine(SimulatedNode node, NodeStep step)
    {
        switch (step)
        {
            case CrashStep crash:
                if (node.Node is not null) EndProcess(node, crash.Unsynced, crash.Down);
                else if (crash.Unsynced != Unsynced.Stays) node.Crash(crash.Unsynced);
                return true;
            case WipeStep wipe:
                Wipe(node, wipe.Down);
                return true;
            case RestartStep:
                Queue.After(TimeSpan.Zero, new SimulationEvent(EventKind.Restart, node.Position));
                return false;
            case DiskFaultStep fault:
                node.Faults.Arm(fault);
                return true;
            case DiskHangStep hang:
                node.Hang(hang.Part, Queue.Now + hang.Duration);
                return true;
            case DiskFullStep full:
                node.LimitRoom(full.Room);
                Queue.After(full.Duration, new SimulationEvent(EventKind.RoomAgain, Number: node.Position));
                return true;
            case BitRotStep rot:
                node.Rot(rot.Where, rot.Bytes);
                return true;
            case EchoStep echo:
                Network.Echo(echo);
                return true;
            case ClockJumpStep jump:
                node.Clock.Jump(Queue.Now, jump.By);
                node.OnClockChanged();
                return true;
            case ClockRateStep rate:
                SetClockRate(node, rate.Rate);
                Queue.After(rate.Duration, new SimulationEvent(EventKind.ClockHeals, Number: node.Position));
                return true;
            default:
                return false;
        }
    }

    /// <summary>What befalls a running process; false: nothing, because it does not run.</summary>
    private bool PerformOnProcess(SimulatedNode node, NodeStep step)
    {
        if (node.Node is null) return false;
        switch (step)
        {
            case CrashInPassStep crash:
                node.CrashAtEffect(crash.Effects, crash.Down);
                return true;
            case PauseStep pause:
                node.PausedUntil = Queue.Now + pause.Duration;
                return true;
            case ResumeStep:
                node.PausedUntil = TimeSpan.Zero;
                foreach (SimulationEvent putOff in node.TakePutOff()) Queue.After(TimeSpan.Zero, putOff);
                return false;
            case ProposeStep propose:
                node.Propose(propose.Count);
                return false;
            case WrongEffectStep:
                Divergence.OnGoingWrong();
                node.GoWrong();
                return true;
            case SaveSnapshotStep:
                node.SaveSnapshot();
                return false;
            case MembershipStep members:
                ChangeMembership(node, members);
                return true;
            case SlowStep slow:
                node.SlowDown(slow.Factor, Queue.Now + slow.Duration);
                return true;
            case ThreadReadStep read:
                node.ReadOnThread(read);
                return false;
            case ReadStormStep reads:
                node.AskForReads(reads.Count);
                return false;
            case TransferStep transfer:
                if (node.PausedUntil > Queue.Now) return true;
                node.TransferLeadership(transfer.Target < 0 ? NodeId.None : _nodes[transfer.Target].Id);
                if (node.IsLeader) OnMoment(node, Moment.HandOver);
                return true;
            default:
                throw new InvalidOperationException($"unknown step {step}");
        }
    }

    /// <summary>What is to be left of a node when the safety phase ends, whatever the plan says.</summary>
    public void LeaveAs(int node, Aftermath aftermath) => _left[node] = aftermath;

    /// <summary>
    /// Ends the safety phase: what is broken in a quorum heals, and the rest stays as the plan leaves it, for good. From here on the cluster must make
    /// progress.
    /// </summary>
    public void Settle()
    {
        IsSettled = true;
        Network.Settle();
        Watcher?.OnSettled(Queue.Now);
        int mayBreak = Checker.CommittedConfiguration is null ? 0 : (_nodes.Length - 1) / 2;
        foreach (SimulatedNode node in _nodes)
        {
            // Who lacks what it acknowledged, or would if it started now, is none of those who make a quorum; who could not even start counts as gone.
            node.LookAtDisk();
            bool isLacking = node.IsIncomplete || node.Finding != DiskFinding.Whole;
            if (node.Finding == DiskFinding.Unusable) node.Aftermath = Aftermath.Down;

            // So is the node that has stopped because its state is wrong.
            if (isLacking || node.Aftermath == Aftermath.Down) mayBreak--;
        }

        foreach (SimulatedNode node in _nodes)
        {
            if (node.Aftermath == Aftermath.Down || node.Finding != DiskFinding.Whole || node.IsIncomplete) continue;
            if (_left[node.Position] == Aftermath.Whole || mayBreak-- <= 0) continue;
            node.Aftermath = _left[node.Position];
        }

        foreach (SimulatedNode node in _nodes)
        {
            Leave(node);
            Watcher?.OnNode(Queue.Now, node, EventKind.Fault);
        }
    }

    private void Leave(SimulatedNode node)
    {
        int nodes = _nodes.Length;
        node.Disarm();
        node.Disk.CapacityBytes = long.MaxValue;
        SetClockRate(node, node.Clock.NominalRate);
        if (node.Aftermath == Aftermath.Down)
        {
            node.Crash(Unsynced.Lost);
            return;
        }

        if (node.Node is null) Queue.After(TimeSpan.Zero, new SimulationEvent(EventKind.Restart, node.Position));
        switch (node.Aftermath)
        {
            case Aftermath.Deaf:
                Network.Cut(Nemesis.Shapes.Deafen(nodes, node.Position));
                break;
            case Aftermath.Mute:
                Network.Cut(Nemesis.Shapes.Silence(nodes, node.Position));
                break;
            case Aftermath.CutOff:
                Network.Cut(Nemesis.Shapes.Isolate(nodes, node.Position));
                break;
            case Aftermath.OneLink:
                Network.Cut(Nemesis.Shapes.Isolate(nodes, node.Position, bridge: (node.Position + 1) % nodes));
                break;
            case Aftermath.Frozen:
                node.PausedUntil = TimeSpan.MaxValue;
                break;
            case Aftermath.DiskHangs:
                node.Hang(DiskPart.Whole, TimeSpan.MaxValue);
                break;
            default:
                break;
        }
    }

    private void StartNode(SimulatedNode node)
    {
        if (node.Node is not null || node.IsBroken || node.Aftermath == Aftermath.Down) return;
        DeterministicRandom random = _draws.Of(Concern.ClockOffset, node.Position, node.Life);
        node.Clock.Restart(Queue.Now, random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)));
        try
        {
            node.Start(StartOf(node));
            if (node.Aftermath == Aftermath.Frozen) node.PausedUntil = TimeSpan.MaxValue;
            OnMoment(node, Moment.Start);
            if (node.IsIncomplete) OnMoment(node, Moment.Lacking);
        }
        catch (SimulatedCrashException)
        {
            EndProcess(node, Unsynced.Stays, node.DownTime());
        }
        catch (StorageFullException)
        {
            FaultWatcher?.OnDiskFault(Queue.Now, node, DiskFaultKind.Full, DiskOperationKind.Write);
            EndProcess(node, Unsynced.Stays, _plan.Node.Raft.ElectionTimeoutMin);
        }
        catch (IOException failure)
        {
            bool wasInjected = node.Faults.Fired is not null;
            if (!wasInjected && !node.IsRotten) throw new ViolationException($"DUR {node.Id} cannot start: {failure.Message}");
            node.IsBroken = !wasInjected;
            EndProcess(node, Unsynced.Stays, node.DownTime());
        }
    }

    /// <summary>A node has found that its state is wrong, and stops. Nobody starts it again: its disk may lead to the same.</summary>
    private void OnDiverged(SimulatedNode node, StateDivergedException reason)
    {
        Divergence.OnStopped(node, reason.Message);
        FaultWatcher?.OnDiverged(Queue.Now, node);
        node.Aftermath = Aftermath.Down;
        EndProcess(node, Unsynced.Stays, TimeSpan.Zero);
    }

    /// <summary>Ends a process, which may have been starting; it starts again after a while.</summary>
    private void EndProcess(SimulatedNode node, Unsynced unsynced, TimeSpan down)
    {
        _faults++;
        node.Crash(unsynced);
        if (node.IsBroken || node.Aftermath == Aftermath.Down) return;
        Queue.After(IsSettled ? TimeSpan.Zero : down, new SimulationEvent(EventKind.Restart, node.Position));
    }

    private void SetClockRate(SimulatedNode node, double rate)
    {
        node.Clock.SetRate(Queue.Now, rate);
        node.OnClockChanged();
    }
}
