using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;

namespace DEngine.Simulation.Shrinking;

/// <summary>
/// Looks for the same failure where less is going on: a run that failed after a few decisions is a better start for leaving things out than one that did after
/// hundreds.
/// </summary>
internal sealed class SimplerRuns(Attempts attempts)
{
    private const int SeedsPerWorld = 150;
    private const int SeedsPerStep = 40;
    private const int Enough = 40;

    /// <summary>What a scenario says of a plan is all that a scenario can keep of it.</summary>
    public static Candidate AsScenario(RunPlan plan, IReadOnlyList<Preset> presets, RunScript recording)
    {
        Scenario said = ScenarioParser.Read("recording", ScenarioWriter.Write(plan, presets, recording, []));
        return new Candidate(said.Plan with { SafetyPhase = plan.SafetyPhase, Aftermath = plan.Aftermath }, presets, Decision.Of(recording));
    }

    /// <summary>From nothing or from what disks held along the failing run, in worlds with next to nothing going on; one seed of each in turn.</summary>
    public bool FindInSimplerWorlds(RunPlan plan, IEnumerable<IReadOnlyList<Preset>> samples)
    {
        List<(RunPlan Plan, IReadOnlyList<Preset> Presets)> worlds = [.. SimplerWorlds.Of(plan).Select(w => (w, (IReadOnlyList<Preset>)[]))];
        worlds.AddRange(samples.SelectMany(s => SimplerWorlds.From(plan).Select(w => (w, s))));
        for (int i = 0; i < worlds.Count * SeedsPerWorld && !attempts.IsTimeUp; i++)
        {
            (RunPlan world, IReadOnlyList<Preset> presets) = worlds[i % worlds.Count];
            if (Try(world with { Seed = (ulong)(1 + (i / worlds.Count)) }, presets)) return true;
        }

        return false;
    }

    /// <summary>From the failing world itself, one thing less at a time, for as long as some seed still fails and there is a lot left.</summary>
    public void FindStepByStep(RunPlan plan)
    {
        bool isQuieter = true;
        while (isQuieter)
        {
            isQuieter = false;
            foreach (RunPlan quieter in QuieterPlans.Of(plan))
            {
                if (attempts.Best.Decisions.Count <= Enough || attempts.IsTimeUp) return;
                if (!TrySeeds(quieter)) continue;
                plan = quieter;
                isQuieter = true;
                break;
            }
        }
    }

    private bool TrySeeds(RunPlan plan)
    {
        for (ulong seed = 1; seed <= SeedsPerStep; seed++)
        {
            if (Try(plan with { Seed = seed }, [])) return true;
        }

        return false;
    }

    private bool Try(RunPlan plan, IReadOnlyList<Preset> presets)
    {
        if (attempts.IsTimeUp) return false;
        var recording = new RunScript();
        bool fails = attempts.Fails(plan, new RunOptions { Presets = presets, Recording = recording });
        return fails && recording.Count < attempts.Best.Decisions.Count && attempts.Try(AsScenario(plan, presets, recording));
    }
}
