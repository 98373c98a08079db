using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>The same run with all its times longer or shorter: so its settings come closer to those that need not be said.</summary>
internal static class TimeScale
{
    public static Candidate Of(Candidate candidate, double factor) =>
        (candidate with { Plan = Of(candidate.Plan, factor) }).Map(decision => Of(decision, factor));

    private static RunPlan Of(RunPlan plan, double factor)
    {
        RaftOptions raft = plan.Node.Raft;
        NodeOptions node = plan.Node;
        return plan with
        {
            SafetyPhase = plan.SafetyPhase * factor,
            FirstStartMax = plan.FirstStartMax * factor,
            Workload = plan.Workload with { ThinkTimeMax = plan.Workload.ThinkTimeMax * factor },
            Network = plan.Network with { DelayMin = plan.Network.DelayMin * factor, DelayMax = plan.Network.DelayMax * factor },
            Disk = plan.Disk with { LatencyMin = plan.Disk.LatencyMin * factor, LatencyMax = plan.Disk.LatencyMax * factor },
            Faults = plan.Faults with { DurationMax = plan.Faults.DurationMax * factor },
            Node = node with
            {
                ForwardTimeout = node.ForwardTimeout * factor,
                OwnSession = node.OwnSession with
                {
                    RetryInterval = node.OwnSession.RetryInterval * factor,
                    AttemptTimeout = node.OwnSession.AttemptTimeout * factor,
                },
                Raft = raft with
                {
                    ElectionTimeoutMin = raft.ElectionTimeoutMin * factor,
                    ElectionTimeoutMax = raft.ElectionTimeoutMax * factor,
                    HeartbeatInterval = raft.HeartbeatInterval * factor,
                    LeaseDuration = raft.LeaseDuration * factor,
                },
            },
        };
    }

    private static Decision Of(Decision decision, double factor)
    {
        if (decision.Framed is { } framed) return new Decision { Framed = (framed.Frame, framed.Fate with { Extra = framed.Fate.Extra * factor }) };
        if (decision.Waiting is { } waiting) return decision with { Waiting = waiting with { Down = Of(waiting.Down, factor) } };
        TimedStep timed = decision.Timed!.Value;
        Step step = timed.Step switch
        {
            CrashStep s => s with { Down = Of(s.Down, factor) },
            CrashInPassStep s => s with { Down = Of(s.Down, factor) },
            DiskFaultStep s => s with { Down = Of(s.Down, factor) },
            DiskHangStep s => s with { Duration = Of(s.Duration, factor) },
            DiskFullStep s => s with { Duration = Of(s.Duration, factor) },
            PauseStep s => s with { Duration = Of(s.Duration, factor) },
            SlowStep s => s with { Duration = Of(s.Duration, factor) },
            ClockJumpStep s => s with { By = Of(s.By, factor) },
            ClockRateStep s => s with { Duration = Of(s.Duration, factor) },
            CutStep s => s with { Duration = Of(s.Duration, factor) },
            ClogStep s => s with { Duration = Of(s.Duration, factor) },
            ThreadReadStep s => s with { Stall = Of(s.Stall, factor) },
            Step other => other,
        };
        return decision with { Timed = new TimedStep(timed.At * factor, step) };
    }

    private static TimeSpan Of(TimeSpan duration, double factor) => duration >= Lasting.Forever ? duration : duration * factor;
}
