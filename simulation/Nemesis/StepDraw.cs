using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;
using DEngine.Storage;

namespace DEngine.Simulation.Nemesis;

/// <summary>Turns a kind of fault into steps: whom it befalls, how hard and for how long; and performs them.</summary>
internal sealed class StepDraw(RunPlan plan, SimulatedWorld world)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly MembershipStepDraw _members = new(plan, world);
    private int? _wrong;
    private int? _cutOff;

    public void Draw(FaultKind kind, ref DeterministicRandom random)
    {
        int node = kind == FaultKind.PowerLoss ? PickWriting(ref random) : PickNode(ref random);
        TimeSpan duration = DrawDuration(ref random);
        switch (kind)
        {
            case FaultKind.Crash:
                world.Perform(new CrashStep(node, Unsynced.Stays, DrawDown(ref random)));
                break;
            case FaultKind.PowerLoss:
                world.Perform(new CrashStep(node, DrawUnsynced(ref random), DrawDown(ref random)));
                break;
            case FaultKind.PowerLossOfAll:
                // Power is back everywhere at the same time, or machines are switched on one after the other.
                bool isTogether = random.Chance(0.3);
                for (int i = 0; i < plan.NodeCount; i++)
                    world.Perform(new CrashStep(i, DrawUnsynced(ref random), isTogether ? duration : DrawDown(ref random)));
                break;
            case FaultKind.CrashInPass:
                world.Perform(new CrashInPassStep(node, random.Between(1, 12), duration));
                break;
            case FaultKind.Echo:
                world.Perform(DrawEcho(node, ref random));
                break;
            case FaultKind.Transfer:
                world.Perform(new TransferStep(node, random.Chance(0.5) ? -1 : (int)random.Next(plan.NodeCount)));
                break;
            case FaultKind.WrongEffect:
                // A second node at fault might be as many as the rest.
                world.Perform(new WrongEffectStep(_wrong ??= node));
                break;
            case FaultKind.Membership:
                if (_members.Draw(ref random) is { } change) world.Perform(change);
                break;
            case FaultKind.Wipe:
                if (world.MayWipe(node)) world.Perform(new WipeStep(node, DrawDown(ref random)));
                break;
            case FaultKind.Partition or FaultKind.Isolate or FaultKind.OneLink or FaultKind.OneWay or FaultKind.PartialMesh:
            case FaultKind.Clog or FaultKind.Stall:
                DrawOfNetwork(kind, node, duration, ref random);
                break;
            case FaultKind.Pause or FaultKind.Slow or FaultKind.ClockJump or FaultKind.ClockRate:
                DrawOfTime(kind, node, duration, ref random);
                break;
            case FaultKind.CrashAtDisk or FaultKind.DiskHang or FaultKind.DiskFull or FaultKind.WriteError or FaultKind.SyncError or FaultKind.BitRot:
                DrawOfDisk(kind, node, duration, ref random);
                break;
            default:
                throw new InvalidOperationException($"unknown fault {kind}");
        }
    }

    /// <summary>What befalls a node at a moment that matters: it ends, is alone or stands still; or what was wrong is mended, or the past is back.</summary>
    public void DrawStrike(Moment moment, int node, ref DeterministicRandom random)
    {
        TimeSpan duration = DrawDuration(ref random);
        switch (moment)
        {
            case Moment.Campaign when random.Chance(0.35):
                // Trouble that is over just when the others have drawn their conclusions.
                world.Perform(new HealStep());
                return;
            case Moment.Campaign when random.Chance(0.5) && !plan.Faults.SparesProcesses:
                // One who is asked is not the one that he was.
                world.Perform(new CrashStep((int)random.Next(plan.NodeCount), Unsynced.Stays, DrawDown(ref random)));
                return;
            case Moment.HandOver when random.Chance(0.4):
                // It does not hear who has taken over.
                world.Perform(new CutStep(Shapes.Isolate(plan.NodeCount, node), duration));
                return;
            case Moment.Start when random.Chance(0.5) && !plan.Faults.SparesProcesses:
                // It ends again at one of the first things that it writes.
                DrawOfDisk(FaultKind.CrashAtDisk, node, DrawDown(ref random), ref random);
                return;
            case Moment.Start when random.Chance(0.5):
                // Answers to what its former life had asked for.
                MessageKind answer = random.Chance(0.5) ? MessageKind.ReadIndexResponse : MessageKind.ForwardedResult;
                world.Perform(new EchoStep(node, (int)random.Between(1, Echoes.OfKindKept), (int)random.Between(1, 8), answer));
                return;
            case Moment.Conflict when plan.Disk.Flush is not null && !plan.Faults.SparesProcesses && random.Chance(0.6):
                // What it had before is synced, and what it has acknowledged since is not.
                world.Perform(new CrashStep(node, DrawUnsynced(ref random), random.Between(Shortest, plan.Node.Raft.ElectionTimeoutMin / 3)));
                return;
            case Moment.Sending when MayRot(node) && random.Chance(0.7):
                world.Perform(DrawRot(node, inSnapshots: true, ref random));
                return;
            case Moment.Lacking when random.Chance(0.8):
                // Whoever leads, and may just have been told, hears what that node's former life had said.
                world.Perform(DrawPast(world.LeaderOr(node), MessageKind.AppendAccepted, ref random));
                return;
            case Moment.Recovered or Moment.Follows or Moment.Restored when random.Chance(0.7):
                world.Perform(DrawPast(node, MessageKind.AppendRequest, ref random));
                return;
            case Moment.Elected:
                if (_members.Draw(node, ref random) is { } asked) world.Perform(asked);
                return;
            case Moment.Change when _members.DrawStrike(node, duration, ref random) is { } strike:
                world.Perform(strike);
                return;
            default:
                DrawStrike(node, duration, ref random);
                return;
        }
    }

    private void DrawStrike(int node, TimeSpan duration, ref DeterministicRandom random)
    {
        switch (plan.Faults.SparesProcesses ? random.Between(4, 9) : random.Next(14))
        {
            case 0:
                world.Perform(new CrashStep(node, Unsynced.Stays, DrawDown(ref random)));
                break;
            case 1:
                world.Perform(new CrashStep(node, DrawUnsynced(ref random), DrawDown(ref random)));
                break;
            case 2:
                Draw(FaultKind.PowerLossOfAll, ref random);
                break;
            case 3:
                world.Perform(new CrashInPassStep(node, random.Between(1, 6), duration));
                break;
            case 4:
                world.Perform(new PauseStep(node, duration));
                break;
            case 7 or 11:
                Draw(FaultKind.Stall, ref random);
                break;
            case 8:
                // What was cut comes back just now.
                world.Perform(new HealStep());
                break;
            case 9:
                world.Perform(DrawEcho(node, ref random));
                break;
            case 10:
                DrawOfDisk(FaultKind.CrashAtDisk, node, duration, ref random);
                break;
            case 5 or 6:
                world.Perform(new CutStep(Shapes.Isolate(plan.NodeCount, node, bridge: (int)random.Next(plan.NodeCount)), duration));
                break;
            default:
                world.Perform(new CutStep(Shapes.Isolate(plan.NodeCount, node), duration));
                break;
        }
    }

    public EchoStep DrawEcho(int node, ref DeterministicRandom random)
    {
        // Rare, and of all messages the one that overrides the others.
        if (plan.Faults.WeightOf(FaultKind.Transfer) > 0 && random.Chance(0.25))
            return new EchoStep(node, (int)random.Between(1, 3), 1, MessageKind.TimeoutNow);
        if (random.Chance(0.5))
        {
            MessageKind kind = NetworkPlan.PeerKinds[(int)random.Next(NetworkPlan.PeerKinds.Length)];
            return new EchoStep(node, (int)random.Between(1, 16), (int)random.Between(1, 4), kind);
        }

        int back = (int)random.Between(1, Echoes.FramesKept);
        return new EchoStep(node, back, (int)random.Between(1, Math.Min(back, 24)));
    }

    /// <summary>All that is kept of one kind of message comes again, of a favourite one for the most part; or all that is kept of any kind.</summary>
    public static EchoStep DrawPast(int node, MessageKind favourite, ref DeterministicRandom random)
    {
        if (random.Chance(0.2)) return new EchoStep(node, Echoes.FramesKept, Echoes.FramesKept);
        MessageKind kind = random.Chance(0.5) ? favourite : NetworkPlan.PeerKinds[(int)random.Next(NetworkPlan.PeerKinds.Length)];
        return new EchoStep(node, Echoes.OfKindKept, Echoes.OfKindKept, kind);
    }

    private void DrawOfNetwork(FaultKind kind, int node, TimeSpan duration, ref DeterministicRandom random)
    {
        int nodes = plan.NodeCount;
        switch (kind)
        {
            case FaultKind.Partition:
                long sides = random.Next(1L << nodes);
                world.Perform(new CutStep(Shapes.Between(nodes, i => (sides >> i & 1) != 0), duration));
                break;
            case FaultKind.Isolate:
                int bridge = random.Chance(0.4) ? (int)random.Next(nodes) : -1;
                world.Perform(new CutStep(Shapes.Isolate(nodes, node, bridge), duration));
                _cutOff = node;
                if (plan.Faults.HangsWhenAlone > 0 && random.Chance(plan.Faults.HangsWhenAlone))
                    world.Perform(new DiskHangStep(node, duration + DrawDuration(ref random), DiskPart.Log));
                break;
            case FaultKind.OneLink:
                world.Perform(new CutStep(Shapes.OneLink(node, (int)random.Next(nodes)), duration));
                break;
            case FaultKind.OneWay:
                world.Perform(new CutStep(random.Chance(0.5) ? Shapes.Deafen(nodes, node) : Shapes.Silence(nodes, node), duration));
                break;
            case FaultKind.PartialMesh:
                world.Perform(new CutStep(Shapes.AtRandom(nodes, 0.1 + (0.6 * random.NextDouble()), ref random), duration));
                break;
            case FaultKind.Stall:
                world.Perform(new ClogStep(random.Next(4) switch
                {
                    0 => Shapes.Deafen(nodes, node),
                    1 => Shapes.Silence(nodes, node),
                    _ => Shapes.Isolate(nodes, node),
                }, duration));
                break;
            default:
                // Swizzle: each link is held for a time of its own, so that they come free in another order.
                foreach (Link link in Shapes.AtRandom(nodes, 0.5, ref random))
                    world.Perform(new ClogStep([link], DrawDuration(ref random)));
                break;
        }
    }

    private void DrawOfTime(FaultKind kind, int node, TimeSpan duration, ref DeterministicRandom random)
    {
        world.Perform(kind switch
        {
            FaultKind.Pause => new PauseStep(node, duration),
            FaultKind.Slow => new SlowStep(node, (int)random.Between(2, 100), duration),
            FaultKind.ClockJump => new ClockJumpStep(node, random.Between(Shortest, plan.Faults.DurationMax * 2)),
            _ => new ClockRateStep(node, random.Chance(0.4) ? 0 : 0.3 + (2.2 * random.NextDouble()), duration),
        });
    }

    private void DrawOfDisk(FaultKind kind, int node, TimeSpan duration, ref DeterministicRandom random)
    {
        int count = (int)random.Between(1, 8);
        switch (kind)
        {
            case FaultKind.CrashAtDisk:
                DiskFaultKind crash = DiskFaultKind.CrashBefore + (byte)random.Next(3);
                world.Perform(new DiskFaultStep(node, crash, null, count, (int)random.Next(1 << 20), duration));
                break;
            case FaultKind.DiskHang:
                world.Perform(new DiskHangStep(node, duration, plan.Faults.HangsInParts ? (DiskPart)random.Next(3) : DiskPart.Whole));
                break;
            case FaultKind.DiskFull:
                DrawOfRoom(node, count, duration, ref random);
                break;
            case FaultKind.WriteError:
                world.Perform(new DiskFaultStep(node, DiskFaultKind.IoError, null, count, 0, duration));
                break;
            case FaultKind.SyncError:
                // That of a directory comes with every file: the next one, or the one after it.
                bool isOfName = random.Chance(0.3);
                DiskOperationKind sync = isOfName ? DiskOperationKind.SyncDirectory : DiskOperationKind.Sync;
                world.Perform(new DiskFaultStep(node, DiskFaultKind.IoError, sync, isOfName ? 1 + (count % 2) : count, 0, duration));
                break;
            default:
                // Who has been cut off may have entries that nobody else has.
                int rotting = plan.Faults.RotsEverywhere ? node : plan.Faults.RottingNode;
                if (plan.Faults.RotsAtEnd > 0 && _cutOff is { } alone && random.Chance(0.7)) rotting = alone;
                world.Perform(DrawRot(rotting, inSnapshots: false, ref random));
                if (plan.Faults.RotsAgain) RotAgain(rotting, ref random);
                break;
        }
    }

    /// <summary>Some damage is found by who starts, and more comes while it is being put right.</summary>
    private void RotAgain(int node, ref DeterministicRandom random)
    {
        bool seeksGaps = plan.Faults.RotsAtEnd > 0;
        for (long more = random.Between(seeksGaps ? 1 : 0, 2); more > 0; more--)
        {
            world.Perform(new CrashStep(node, Unsynced.Stays, random.Between(Shortest, plan.Node.Raft.ElectionTimeoutMin / 3)));
            if (!seeksGaps || random.Chance(0.2)) world.Perform(DrawRot(node, inSnapshots: false, ref random));
        }
    }

    private bool MayRot(int node) => plan.Faults.WeightOf(FaultKind.BitRot) > 0 && (plan.Faults.RotsEverywhere || node == plan.Faults.RottingNode);

    /// <summary>Snapshots come first among what is on a disk, and the end of the log last (<see cref="DiskFaults.Locate"/>).</summary>
    private BitRotStep DrawRot(int node, bool inSnapshots, ref DeterministicRandom random)
    {
        if (!inSnapshots && plan.Faults.RotsAtEnd > 0 && random.Chance(plan.Faults.RotsAtEnd))
            return new BitRotStep(node, long.MaxValue - random.Next(long.MaxValue >> (int)random.Between(3, 6)), (int)random.Between(2, 60));
        long where = random.Next(inSnapshots ? long.MaxValue >> 4 : long.MaxValue);
        return new BitRotStep(node, where, random.Chance(0.5) ? 0 : (int)random.Between(2, 600));
    }

    /// <summary>No room, for a while; or for one write, part of which has been written when it is refused.</summary>
    private void DrawOfRoom(int node, int count, TimeSpan duration, ref DeterministicRandom random)
    {
        long room = random.Next(3) switch
        {
            0 => 0,
            1 => random.Between(0, 512),
            _ => random.Between(0, 16384),
        };
        if (random.Chance(0.5)) world.Perform(new DiskFullStep(node, room, duration));
        else world.Perform(new DiskFaultStep(node, DiskFaultKind.Full, DiskOperationKind.Write, count, (int)random.Next(1 << 20), duration));
    }

    /// <summary>Of all lengths; more of those in which a process is hardly missed, and of those after which elections just begin.</summary>
    private TimeSpan DrawDuration(ref DeterministicRandom random)
    {
        RaftOptions raft = plan.Node.Raft;
        return random.Next(10) switch
        {
            < 2 => random.Between(Shortest, raft.ElectionTimeoutMin / 3),
            < 5 => random.Between(raft.ElectionTimeoutMin * 0.7, raft.ElectionTimeoutMax * 1.4),
            _ => random.Between(Shortest, plan.Faults.DurationMax),
        };
    }

    private TimeSpan DrawDown(ref DeterministicRandom random) =>
        random.Chance(plan.Faults.QuickRestarts) ? random.Between(Shortest, plan.Node.Raft.ElectionTimeoutMin / 3) : DrawDuration(ref random);

    private int PickNode(ref DeterministicRandom random)
    {
        int any = (int)random.Next(plan.NodeCount);
        return random.Chance(plan.Faults.LeaderBias) ? world.LeaderOr(any) : any;
    }

    /// <summary>A machine whose disk is at work, if one is soon found: to the others a loss of power is an end of the process.</summary>
    private int PickWriting(ref DeterministicRandom random)
    {
        int node = PickNode(ref random);
        for (int more = 2; more > 0 && !world.Nodes[node].DiskWorker.IsBusy; more--) node = PickNode(ref random);
        return node;
    }

    /// <summary>As often torn as not: who survives that survives the rest.</summary>
    private static Unsynced DrawUnsynced(ref DeterministicRandom random) => random.Chance(0.5) ? Unsynced.Shuffled : Unsynced.Lost + (byte)random.Next(2);
}
