using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;

namespace DEngine.Simulation.Shrinking;

/// <summary>
/// Makes a failing run small: leaves out faults, operations, nodes and clients, makes the world plain, shortens and rounds times, for as long as the run
/// still fails in the same way. What is left is written as a scenario.
/// </summary>
public sealed class Shrinker
{
    private const int TriesInVainMax = 600;
    private const int SeedsPerWorld = 150;

    private readonly RunResult _failure;
    private readonly Func<bool> _isTimeUp;
    private readonly Action<int, int>? _onProgress;
    private Candidate _best;
    private int _runs;

    private Shrinker(RunResult failure, Candidate candidate, Func<bool> isTimeUp, Action<int, int>? onProgress)
    {
        _failure = failure;
        _best = candidate;
        _isTimeUp = isTimeUp;
        _onProgress = onProgress;
    }

    /// <summary>Shrinks the run of a seed.</summary>
    /// <param name="seed">A seed that fails; one that passes gives an empty scenario.</param>
    /// <param name="isTimeUp">Asked before every run; what has been reached then is the result.</param>
    /// <param name="onProgress">Told the decisions that are left and the runs so far, after each success.</param>
    public static ShrinkResult Shrink(ulong seed, Func<bool> isTimeUp, Action<int, int>? onProgress = null) =>
        Shrink(RunPlan.Draw(seed), isTimeUp, onProgress);

    internal static ShrinkResult Shrink(RunPlan plan, Func<bool> isTimeUp, Action<int, int>? onProgress)
    {
        var recording = new RunScript();
        var sampler = new StateSampler();
        RunResult failure = Simulator.Run(plan, new RunOptions { Recording = recording, Watcher = sampler });
        if (!failure.IsFailure) return new ShrinkResult(plan.Seed, failure, "", recording.Count, recording.Count, 1);

        var shrinker = new Shrinker(failure, AsScenario(plan, [], recording), isTimeUp, onProgress);
        shrinker.SearchSimplerWorlds(plan, [.. sampler.Samples]);
        shrinker.Run();
        return shrinker.Result(plan.Seed, recording.Count);
    }

    /// <summary>What a scenario says of a plan is all that a scenario can keep of it.</summary>
    private static Candidate AsScenario(RunPlan plan, IReadOnlyList<Preset> presets, RunScript recording)
    {
        Scenario said = ScenarioParser.Read("recording", ScenarioWriter.Write(plan, presets, recording, []));
        return new Candidate(said.Plan with { SafetyPhase = plan.SafetyPhase, Aftermath = plan.Aftermath }, presets, Decision.Of(recording));
    }

    /// <summary>
    /// Looks for the same failure where less is going on, from nothing or from what disks held along the failing run; one seed of each world in turn.
    /// </summary>
    private void SearchSimplerWorlds(RunPlan plan, List<IReadOnlyList<Preset>> samples)
    {
        List<(RunPlan Plan, IReadOnlyList<Preset> Presets)> worlds = [.. SimplerWorlds.Of(plan).Select(w => (w, (IReadOnlyList<Preset>)[]))];
        worlds.AddRange(samples.SelectMany(s => SimplerWorlds.From(plan).Select(w => (w, s))));
        for (int i = 0; i < worlds.Count * SeedsPerWorld && !_isTimeUp(); i++)
        {
            (RunPlan world, IReadOnlyList<Preset> presets) = worlds[i % worlds.Count];
            world = world with { Seed = (ulong)(1 + (i / worlds.Count)) };
            var recording = new RunScript();
            _runs++;
            RunResult result = Simulator.Run(world, new RunOptions { Presets = presets, Recording = recording });
            if (IsSame(result) && recording.Count < _best.Decisions.Count && Try(AsScenario(world, presets, recording))) return;
        }
    }

    private void Run()
    {
        if (!Try(_best)) return;
        int before;
        do
        {
            before = Weight();
            DropSystematically();
            DropAtRandom();
        }
        while (Weight() < before && !_isTimeUp());
        RoundTimes();
    }

    private void DropSystematically()
    {
        int before;
        do
        {
            before = Weight();
            DropCategories();
            DropChunks(d => !d.IsOperation);
            DropChunks(d => d.IsOperation);
            DropNodes();
            PlainWorld();
            ShortenGaps();
            foreach (Func<Decision, Decision?> change in Simplifications.All) Simplify(change);
        }
        while (Weight() < before && !_isTimeUp());
    }

    /// <summary>
    /// Where no single decision can go, several at once may, or some in a world whose delays and timeouts are drawn from another seed: what is left by then
    /// hangs on chance.
    /// </summary>
    private void DropAtRandom()
    {
        var random = new DeterministicRandom(_failure.Seed + (ulong)_runs);
        for (int inVain = 0; inVain < TriesInVainMax && !_isTimeUp() && _best.Decisions.Count > 1; inVain++)
        {
            long count = 1;
            while (count < _best.Decisions.Count && random.Chance(0.4)) count++;
            var dropped = new HashSet<Decision>(ReferenceEqualityComparer.Instance);
            for (; count > 0; count--) dropped.Add(_best.Decisions[(int)random.Next(_best.Decisions.Count)]);
            Candidate smaller = _best.Where(d => !dropped.Contains(d));
            if (random.Chance(0.5)) smaller = smaller with { Plan = smaller.Plan with { Seed = (ulong)random.Between(1, 9999) } };
            if (Try(smaller)) inVain = 0;
        }
    }

    private ShrinkResult Result(ulong seed, int before)
    {
        string[] remarks =
        [
            $"Seed {seed}, shrunk from {before} decisions to {_best.Decisions.Count}.",
            $"{_failure.Verdict} {_failure.Reason.Split('\n')[0]}",
        ];
        return new ShrinkResult(seed, _failure, ScenarioWriter.Write(_best.Plan, _best.Presets, _best.Script, remarks), before, _best.Decisions.Count, _runs);
    }

    /// <summary>Each decision counts, and each setting that is not plain.</summary>
    private int Weight() => (_best.Decisions.Count * 2) + SettingsNotPlain(_best.Plan).Count;

    private bool Try(Candidate candidate)
    {
        if (_isTimeUp()) return false;
        _runs++;
        RunResult result = Simulator.Run(candidate.Plan, new RunOptions { Presets = candidate.Presets, Script = candidate.Script });
        if (!IsSame(result)) return false;
        _best = WithoutTheEnd(candidate, result.SimulatedTime);
        _onProgress?.Invoke(candidate.Decisions.Count, _runs);
        return true;
    }

    private bool IsSame(RunResult result) => result.Verdict == _failure.Verdict && result.Tag == _failure.Tag;

    /// <summary>What came after the failure had no part in it.</summary>
    private static Candidate WithoutTheEnd(Candidate candidate, TimeSpan failedAt)
    {
        Candidate cut = candidate.Where(d => d.Timed is not { } timed || timed.At <= failedAt);
        return failedAt < cut.Plan.SafetyPhase ? cut with { Plan = cut.Plan with { SafetyPhase = failedAt } } : cut;
    }

    private void DropCategories()
    {
        foreach (string category in _best.Decisions.Select(d => d.Category).Distinct().Order(StringComparer.Ordinal).ToList())
            Try(_best.Where(d => d.Category != category));
    }

    /// <summary>Leaves out ever smaller runs of decisions, from the end, down to single ones.</summary>
    private void DropChunks(Func<Decision, bool> isWanted)
    {
        int size = Math.Max(1, _best.Decisions.Count(isWanted) / 2);
        while (true)
        {
            List<Decision> wanted = [.. _best.Decisions.Where(isWanted)];
            for (int start = wanted.Count - size; start > -size && !_isTimeUp(); start -= size)
            {
                var chunk = new HashSet<Decision>(wanted.Skip(Math.Max(0, start)).Take(Math.Min(size, size + start)), ReferenceEqualityComparer.Instance);
                Try(_best.Where(d => !chunk.Contains(d)));
            }

            if (size == 1) return;
            size /= 2;
        }
    }

    /// <summary>Fewer nodes, and only as many clients as do something.</summary>
    private void DropNodes()
    {
        int clients = _best.Decisions.Max(d => d.Timed is { Step: OperationStep operation } ? operation.Client + 1 : 0);
        if (clients < _best.Plan.Workload.ClientCount)
            Try(_best with { Plan = _best.Plan with { Workload = _best.Plan.Workload with { ClientCount = Math.Max(1, clients) } } });
        if (_best.Plan.Aftermath.Any(a => a != Aftermath.Whole))
            Try(_best with { Plan = _best.Plan with { Aftermath = new Aftermath[_best.Plan.NodeCount] } });
        for (int nodes = 3; nodes < _best.Plan.NodeCount; nodes += 2)
        {
            Candidate smaller = NodeRemoval.Keep(_best, nodes);
            if (Try(smaller)) return;
        }
    }

    private void PlainWorld()
    {
        RunPlan plain = PlainPlan.Create();
        foreach (PlanSetting setting in SettingsNotPlain(_best.Plan))
        {
            if (setting.Name is "seed" or "nodes" or "clients") continue;
            RunPlan changed = setting.Read(_best.Plan, new Words("plain", 0, setting.Write(plain)));
            if (IsValid(changed)) Try(_best with { Plan = changed });
        }
    }

    private static List<PlanSetting> SettingsNotPlain(RunPlan plan)
    {
        RunPlan plain = PlainPlan.Create();
        return [.. PlanSetting.All.Where(s => s.Write(plan) != s.Write(plain))];
    }

    private static bool IsValid(RunPlan plan)
    {
        try
        {
            plan.Node.Raft.Validate();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Where nothing is done for a while, less time passes.</summary>
    private void ShortenGaps()
    {
        for (int i = 0; i <= _best.Script.Steps.Count && !_isTimeUp(); i++)
        {
            List<TimedStep> steps = _best.Script.Steps;
            TimeSpan from = i == 0 ? TimeSpan.Zero : steps[i - 1].At;
            TimeSpan to = i < steps.Count ? steps[i].At : _best.Plan.SafetyPhase;
            foreach (double share in (double[])[1, 0.9, 0.5])
            {
                TimeSpan cut = (to - from) * share;
                if (cut < TimeSpan.FromMilliseconds(1)) break;
                Candidate shorter = _best.Map(d => d.Timed is { } t && t.At >= to ? d with { Timed = t with { At = t.At - cut } } : d);
                if (Try(shorter with { Plan = shorter.Plan with { SafetyPhase = shorter.Plan.SafetyPhase - cut } })) break;
            }
        }
    }

    private void Simplify(Func<Decision, Decision?> change)
    {
        for (int i = 0; i < _best.Decisions.Count && !_isTimeUp(); i++)
        {
            Decision old = _best.Decisions[i];
            if (change(old) is { } simpler && simpler != old) Try(_best.Map(d => ReferenceEquals(d, old) ? simpler : d));
        }
    }

    /// <summary>Instants to whole tens of milliseconds, or milliseconds; in the order that they have.</summary>
    private void RoundTimes()
    {
        foreach (double unit in (double[])[10, 1, 0.1])
        {
            for (int i = 0; i < _best.Decisions.Count && !_isTimeUp(); i++)
            {
                Decision old = _best.Decisions[i];
                if (old.Timed is not { } timed) continue;
                var at = TimeSpan.FromMilliseconds(Math.Round(timed.At.TotalMilliseconds / unit) * unit);
                bool keepsOrder = _best.Decisions.Index().All(d => d.Index == i || d.Item.Timed is not { } other
                    || (d.Index < i ? other.At <= at : other.At >= at));
                if (keepsOrder && at != timed.At) Try(_best.Map(d => ReferenceEquals(d, old) ? d with { Timed = timed with { At = at } } : d));
            }

            TimeSpan end = TimeSpan.FromMilliseconds(Math.Ceiling(_best.Plan.SafetyPhase.TotalMilliseconds / unit) * unit);
            if (end != _best.Plan.SafetyPhase) Try(_best with { Plan = _best.Plan with { SafetyPhase = end } });
        }
    }
}
