using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Nemesis;

/// <summary>Draws what goes wrong, as the plan of the seed wants it.</summary>
internal sealed class SwarmNemesis(RunPlan plan, SimulatedWorld world) : INemesis
{
    private readonly Draws _draws = new(plan.Seed);
    private readonly StepDraw _steps = new(plan, world);
    private readonly ReaderDraw _readers = new(plan, world);
    private readonly List<Moment> _struck = [];
    private readonly long[,] _moments = new long[Enum.GetValues<Moment>().Length, plan.NodeCount];
    private long _faults;

    public FrameFate FateOf(in FrameName frame)
    {
        DeterministicRandom random = _draws.Of(Concern.FrameFate, frame.Subject, frame.Ordinal);
        FrameFate fate = FateDraw.Draw(plan.Network, frame.Kind, ref random);

        // Clients and nodes talk over connections that have not broken: nothing is doubled or damaged there.
        return frame.Kind is null && fate.Kind != FateKind.Lost ? FrameFate.Arrives : fate;
    }

    public CrashNewLeaderStep? OnNewLeader(int node, long term)
    {
        DeterministicRandom random = _draws.Of(Concern.NewLeader, node, term);
        if (world.IsSettled || !random.Chance(plan.Faults.MishapOfNewLeader)) return null;
        if (random.Chance(0.3) && !plan.Faults.SparesProcesses)
        {
            // In the very pass that made it leader: its first entry is on its disk, and with some of the others or none.
            return new CrashNewLeaderStep(node, term, random.Between(1, plan.NodeCount + 2), DrawDuration(ref random));
        }

        // One tick at least: what is done to the world happens between events.
        TimeSpan delay = random.Chance(0.5) ? new TimeSpan(1) : random.Between(new TimeSpan(1), plan.Network.DelayMax * 4);
        world.Queue.FirstAfter(delay, new SimulationEvent(EventKind.Mishap, Number: node, From: (int)term));
        return null;
    }

    /// <summary>Begins: the first fault is on its way, and the first reader.</summary>
    public void Begin()
    {
        ScheduleNext();
        if (_readers.IsOn) _readers.ScheduleNext();
    }

    /// <summary>A thread of a caller's reads.</summary>
    public void OnThreadReads()
    {
        if (world.IsSettled) return;
        Step read = _readers.Draw();
        _readers.ScheduleNext();
        world.Perform(read);
    }

    /// <summary>The next fault is due.</summary>
    public void OnFault()
    {
        if (world.IsSettled) return;
        DeterministicRandom random = _draws.Of(Concern.Fault, 1, _faults);
        ScheduleNext();
        _steps.Draw(plan.Faults.Pick(ref random), ref random);
    }

    /// <summary>Something befalls a node that was elected a moment ago.</summary>
    public void OnMishap(int node, long term)
    {
        if (world.IsSettled) return;
        DeterministicRandom random = _draws.Of(Concern.NewLeader, node, -term);
        if (plan.Faults.EchoesOfNewLeader > 0 && random.Chance(plan.Faults.EchoesOfNewLeader))
        {
            // Hardly anybody hears of it, so that nobody makes good what it believes of the others.
            int bridge = (int)random.Next(plan.NodeCount);
            if (random.Chance(0.7)) world.Perform(new CutStep(Shapes.Silence(plan.NodeCount, node, bridge), DrawDuration(ref random)));
            world.Perform(StepDraw.DrawPast(node, MessageKind.AppendAccepted, ref random));
            return;
        }

        TimeSpan duration = DrawDuration(ref random);
        world.Perform((plan.Faults.SparesProcesses ? random.Between(4, 8) : random.Next(8)) switch
        {
            0 => new CrashStep(node, Unsynced.Stays, duration),
            1 => new CutStep(Shapes.Isolate(plan.NodeCount, node, bridge: (int)random.Next(plan.NodeCount)), duration),
            2 => _steps.DrawEcho(node, ref random),
            3 => new CrashInPassStep(node, random.Between(1, 12), duration),
            _ => new CutStep(Shapes.Isolate(plan.NodeCount, node), duration),
        });
    }

    public void OnMoment(Moment moment, int node)
    {
        double probability = plan.Faults.Moments[(int)moment];
        if (probability == 0 || world.IsSettled) return;
        long subject = ((long)moment << 8) + node;
        DeterministicRandom random = _draws.Of(Concern.Moment, subject, ++_moments[(int)moment, node]);
        if (!random.Chance(probability)) return;

        // One tick at least: what is done to the world happens between events.
        // Nothing is under way yet at a process that has just started; and who acknowledges before it syncs is to acknowledge what takes the place of what
        // it has.
        bool isLater = moment is Moment.Start or Moment.Lacking || (moment == Moment.Conflict && plan.Disk.Flush is not null);
        TimeSpan longest = moment is Moment.Start or Moment.Lacking ? plan.Node.Raft.ElectionTimeoutMin : plan.Network.DelayMax * (isLater ? 6 : 2);
        TimeSpan delay = !isLater && random.Chance(0.6) ? new TimeSpan(1) : random.Between(new TimeSpan(1), longest);
        _struck.Add(moment);
        world.Queue.FirstAfter(delay, new SimulationEvent(EventKind.Strike, From: _struck.Count, Number: node));
    }

    /// <summary>A fault strikes a node at a moment that was chosen for it.</summary>
    public void OnStrike(int node, int ordinal)
    {
        if (world.IsSettled) return;
        DeterministicRandom random = _draws.Of(Concern.Strike, node, ordinal);
        _steps.DrawStrike(_struck[ordinal - 1], node, ref random);
    }

    private void ScheduleNext()
    {
        if (plan.Faults.TotalWeight == 0) return;
        DeterministicRandom random = _draws.Of(Concern.Fault, 0, ++_faults);
        world.Queue.FirstAfter(random.Between(new TimeSpan(1), plan.Faults.Interval * 2), new SimulationEvent(EventKind.Fault));
    }

    private TimeSpan DrawDuration(ref DeterministicRandom random) => random.Between(TimeSpan.FromMilliseconds(1), plan.Faults.DurationMax);
}
