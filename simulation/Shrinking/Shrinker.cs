using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>
/// Makes a failing run small: leaves out faults, operations, nodes and clients, makes the world plain, shortens and rounds times, for as long as the run
/// still fails in the same way. What is left is written as a scenario.
/// </summary>
public sealed class Shrinker
{
    private const int RoundsMax = 12;

    private readonly Attempts _attempts;
    private readonly Omissions _omissions;
    private readonly PlainSettings _settings;
    private readonly Timing _timing;
    private readonly Naming _naming;
    private readonly LaterBegin _laterBegin;

    private Shrinker(Attempts attempts)
    {
        _attempts = attempts;
        _omissions = new Omissions(attempts);
        _settings = new PlainSettings(attempts);
        _timing = new Timing(attempts);
        _naming = new Naming(attempts);
        _laterBegin = new LaterBegin(attempts);
    }

    /// <summary>Shrinks the run of a seed.</summary>
    /// <param name="seed">A seed that fails; one that passes gives an empty scenario.</param>
    /// <param name="isTimeUp">Asked before every run and within; what has been reached then is the result.</param>
    /// <param name="onProgress">Told the decisions that are left and the runs so far, after each success.</param>
    public static ShrinkResult Shrink(ulong seed, Func<bool> isTimeUp, Action<int, int>? onProgress = null) =>
        Shrink(RunPlan.Draw(seed), isTimeUp, onProgress);

    internal static ShrinkResult Shrink(RunPlan plan, Func<bool> isTimeUp, Action<int, int>? onProgress)
    {
        var recording = new RunScript();
        var sampler = new StateSampler();
        RunResult failure = Simulator.Run(plan, new RunOptions { Recording = recording, Watcher = sampler });
        if (!failure.IsFailure) return new ShrinkResult(plan.Seed, failure, "", recording.Count, recording.Count, 1);

        var attempts = new Attempts(failure, SimplerRuns.AsScenario(plan, [], recording), isTimeUp, onProgress);
        var shrinker = new Shrinker(attempts);
        var simpler = new SimplerRuns(attempts);
        if (!simpler.FindInSimplerWorlds(plan, sampler.Samples.ToList())) simpler.FindStepByStep(plan);
        shrinker.Run();
        return shrinker.Result(plan.Seed, recording.Count);
    }

    /// <summary>Round after round, until nothing gets easier to read.</summary>
    private void Run()
    {
        int before;
        int rounds = 0;
        do
        {
            before = _attempts.Best.Cost();
            Reduce();
            _omissions.AtRandom();
            _naming.Run();
            _timing.Round();
        }
        while (_attempts.Best.Cost() < before && ++rounds < RoundsMax && !_attempts.IsTimeUp);
    }

    private void Reduce()
    {
        int before;
        int rounds = 0;
        do
        {
            before = _attempts.Best.Cost();
            _omissions.Systematic();
            _laterBegin.Run();
            _timing.ShortenGaps();
            Simplify();
            _settings.Run();
        }
        while (_attempts.Best.Cost() < before && ++rounds < RoundsMax && !_attempts.IsTimeUp);
    }

    private void Simplify()
    {
        for (int i = 0; i < _attempts.Best.Decisions.Count && !_attempts.IsTimeUp; i++)
        {
            Decision old = _attempts.Best.Decisions[i];
            List<Candidate> simpler = [.. Simplifications.Of(old, _attempts.Best.Plan.NodeCount).Select(plain => _attempts.Best.Replace(old, plain))];
            if (!simpler.Exists(_attempts.TryCheaper)) simpler.Exists(_attempts.TryCheaperUnderAnySeed);
        }
    }

    private ShrinkResult Result(ulong seed, int before)
    {
        Candidate best = _attempts.FailsInSafetyPhase ? _timing.WithRoundEnd() : _attempts.Best;
        string scenario = Story.Tell(best, $"Seed {seed}, shrunk from {before} decisions to {best.Decisions.Count}.", out _);
        return new ShrinkResult(seed, _attempts.Failure, scenario, before, best.Decisions.Count, _attempts.Runs);
    }
}
