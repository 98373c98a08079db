using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using Step = DEngine.Simulation.Scenarios.Step;

namespace DEngine.Simulation.Shrinking;

/// <summary>Ways to make one decision plainer; null: it has nothing of the kind.</summary>
internal static class Simplifications
{
    public static IReadOnlyList<Func<Decision, Decision?>> All { get; } = [Damage, Duration, PowerLoss, Operation, Fate];

    /// <summary>What lasts as long as it likes needs no number, unless its end matters; otherwise a round one.</summary>
    private static Decision? Duration(Decision decision)
    {
        if (decision.Timed is not { } timed) return null;
        Step? simpler = timed.Step switch
        {
            CrashStep s => s with { Down = Round(s.Down) },
            CrashInPassStep s => s with { Down = Round(s.Down) },
            DiskFaultStep s => s with { Down = Round(s.Down) },
            DiskHangStep s => s with { Duration = Round(s.Duration) },
            DiskFullStep s => s with { Duration = Round(s.Duration) },
            PauseStep s => s with { Duration = Round(s.Duration) },
            SlowStep s => s with { Duration = Round(s.Duration) },
            ClockRateStep s => s with { Duration = Round(s.Duration) },
            CutStep s => s with { Duration = Round(s.Duration) },
            ClogStep s => s with { Duration = Round(s.Duration) },
            _ => null,
        };
        return simpler is null ? null : decision with { Timed = timed with { Step = simpler } };
    }

    private static Decision? PowerLoss(Decision decision) =>
        decision.Timed is { Step: CrashStep { Unsynced: not (Unsynced.Stays or Unsynced.Lost) } crash } timed
        ? decision with { Timed = timed with { Step = crash with { Unsynced = Unsynced.Lost } } }
        : null;

    private static Decision? Operation(Decision decision) => decision.Timed is { Step: OperationStep operation } timed
        ? decision with
        {
            Timed = timed with
            {
                Step = operation with
                {
                    ThroughNode = false,
                    Value = operation.Function is not (ClientFunction.Write or ClientFunction.Cas or ClientFunction.Append) ? "" : operation.Value.TrimEnd('.'),
                },
            },
        }
        : null;

    private static Decision? Damage(Decision decision) => decision.Framed is { Fate.Kind: FateKind.Corrupted or FateKind.Late } framed
        ? new Decision { Framed = (framed.Frame, new FrameFate(FateKind.Lost)) }
        : null;

    private static Decision? Fate(Decision decision) => decision.Framed is { Fate.Kind: FateKind.Copied or FateKind.Late } framed
        ? new Decision { Framed = (framed.Frame, framed.Fate with { Extra = Round(framed.Fate.Extra) }) }
        : null;

    private static TimeSpan Round(TimeSpan time)
    {
        if (time >= Lasting.Forever || time == TimeSpan.Zero) return time;
        double unit = Math.Pow(10, Math.Max(4, Math.Floor(Math.Log10(time.Ticks))));
        return new TimeSpan((long)(Math.Max(1, Math.Round(time.Ticks / unit)) * unit));
    }
}
