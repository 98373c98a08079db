using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Shrinking;

/// <summary>Begins in the middle of the run, with what the disks hold there, where that says it shorter than what led there.</summary>
internal sealed class LaterBegin(Attempts attempts)
{
    private static readonly double[] ElectionsBefore = [0, 1, 2];

    public void Run()
    {
        if (!attempts.IsShort) return;
        List<(TimeSpan At, IReadOnlyList<Preset> State)> samples = Sample(attempts.Best);
        for (int i = samples.Count - 1; i > 0; i--)
        {
            foreach (double elections in ElectionsBefore)
            {
                if (attempts.IsTimeUp || attempts.TryCheaperUnderAnySeed(From(attempts.Best, samples[i].At, samples[i].State, elections))) return;
            }
        }
    }

    /// <summary>What disks hold before each step.</summary>
    private static List<(TimeSpan At, IReadOnlyList<Preset> State)> Sample(Candidate candidate)
    {
        var sampler = new StepSampler();
        Simulator.Run(candidate.Plan, new RunOptions { Presets = candidate.Presets, Script = candidate.Script, Watcher = sampler });
        return sampler.Samples;
    }

    /// <param name="candidate">The whole run.</param>
    /// <param name="at">Where it is to begin.</param>
    /// <param name="state">What disks hold there.</param>
    /// <param name="elections">Time that is left before the first step, for an election.</param>
    private static Candidate From(Candidate candidate, TimeSpan at, IReadOnlyList<Preset> state, double elections)
    {
        var ranks = new TermRanks(state);
        TimeSpan earlier = at - (candidate.Plan.Node.Raft.ElectionTimeoutMax * elections);
        var kept = new List<Decision>();
        foreach (Decision decision in candidate.Decisions)
        {
            if (decision.Framed is { } framed) kept.Add(new Decision { Framed = (framed.Frame with { Term = ranks.Of(framed.Frame.Term) }, framed.Fate) });
            else if (decision.Waiting is { } waiting) kept.Add(decision with { Waiting = waiting with { Term = ranks.Of(waiting.Term) } });
            else if (decision.Timed is { } timed && timed.At >= at) kept.Add(decision with { Timed = timed with { At = timed.At - earlier } });
        }

        return new Candidate(candidate.Plan with { SafetyPhase = candidate.Plan.SafetyPhase - earlier }, ranks.Presets, kept);
    }

    private sealed class StepSampler : IWorldWatcher
    {
        private readonly StateSampler _states = new();

        public List<(TimeSpan At, IReadOnlyList<Preset> State)> Samples { get; } = [];

        public void OnStep(TimeSpan now, Step step) => Samples.Add((now, _states.Now()));

        public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened) => _states.OnNode(now, node, happened);
    }
}
