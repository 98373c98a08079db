using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>Shortens the time between steps, and rounds their instants; steps keep their order.</summary>
internal sealed class Timing(Attempts attempts)
{
    private static readonly double[] Units = [100, 10, 1, 0.1];
    private static readonly TimeSpan EndsOn = TimeSpan.FromMilliseconds(10);

    private Candidate Best => attempts.Best;

    /// <summary>Where nothing is done for a while, less time passes.</summary>
    public void ShortenGaps()
    {
        for (int i = 0; i <= Best.Script.Steps.Count && !attempts.IsTimeUp; i++)
        {
            List<TimedStep> steps = Best.Script.Steps;
            TimeSpan from = i == 0 ? TimeSpan.Zero : steps[i - 1].At;
            TimeSpan to = i < steps.Count ? steps[i].At : Best.Plan.SafetyPhase;
            foreach (double share in (double[])[1, 0.9, 0.5])
            {
                TimeSpan cut = (to - from) * share;
                if (cut < TimeSpan.FromMilliseconds(1)) break;
                Candidate shorter = Best.Map(d => d.Timed is { } t && t.At >= to ? d with { Timed = t with { At = t.At - cut } } : d);
                if (attempts.Try(shorter with { Plan = shorter.Plan with { SafetyPhase = shorter.Plan.SafetyPhase - cut } })) break;
            }
        }
    }

    /// <summary>Instants to whole tenths of a second, or hundredths, or milliseconds.</summary>
    public void Round()
    {
        foreach (double unit in Units)
        {
            for (int i = 0; i < Best.Decisions.Count && !attempts.IsTimeUp; i++)
            {
                foreach (Candidate round in Rounded(Best, i, unit))
                {
                    if (attempts.TryCheaper(round)) break;
                }
            }

            foreach (TimeSpan end in Near(Best.Plan.SafetyPhase, unit))
            {
                if (!attempts.IsTimeUp && attempts.TryCheaper(Best with { Plan = Best.Plan with { SafetyPhase = end } })) break;
            }
        }
    }

    /// <summary>The last instant, when it has nothing to do with the failure.</summary>
    public Candidate WithRoundEnd()
    {
        long ends = (Best.Plan.SafetyPhase.Ticks / EndsOn.Ticks) + 1;
        return Best with { Plan = Best.Plan with { SafetyPhase = EndsOn * ends } };
    }

    /// <summary>
    /// The step at a place moved to round instants nearby, with those of the same instant or alone; but nowhere where it would change places with another one.
    /// </summary>
    internal static IEnumerable<Candidate> Rounded(Candidate candidate, int place, double unit)
    {
        Decision old = candidate.Decisions[place];
        if (old.Timed is not { } timed) yield break;
        foreach (TimeSpan at in Near(timed.At, unit))
        {
            Candidate together = candidate.Map(d => d.Timed is { } other && other.At == timed.At ? Moved(d, other, at) : d);
            if (IsInOrder(together)) yield return together;
            Candidate alone = candidate.Replace(old, Moved(old, timed, at));
            if (IsInOrder(alone)) yield return alone;
        }

        static Decision Moved(Decision decision, TimedStep step, TimeSpan at) => decision with { Timed = step with { At = at } };
    }

    private static bool IsInOrder(Candidate candidate)
    {
        TimeSpan last = TimeSpan.Zero;
        foreach (Decision decision in candidate.Decisions)
        {
            if (decision.Timed is not { } timed) continue;
            if (timed.At < last) return false;
            last = timed.At;
        }

        return true;
    }

    /// <summary>The round instants below and above, the nearer one first; none for one that is round.</summary>
    private static IEnumerable<TimeSpan> Near(TimeSpan instant, double unit)
    {
        double units = instant.TotalMilliseconds / unit;
        var below = TimeSpan.FromMilliseconds(Math.Floor(units) * unit);
        var above = TimeSpan.FromMilliseconds(Math.Ceiling(units) * unit);
        if (below == instant || above == instant) return [];
        return instant - below < above - instant ? [below, above] : [above, below];
    }
}
