using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios.Language;

namespace DEngine.Simulation.Shrinking;

/// <summary>Makes the world plain: settings that need not be said, round ones where they must, and the first seeds.</summary>
internal sealed class PlainSettings(Attempts attempts)
{
    private const int DigitsMax = 2;

    private Candidate Best => attempts.Best;

    public void Run()
    {
        RunPlan plain = PlainPlan.Create();
        attempts.TryCheaper(TimeScale.Of(Best, plain.Node.Raft.ElectionTimeoutMin / Best.Plan.Node.Raft.ElectionTimeoutMin));
        Try(plain with
        {
            Seed = Best.Plan.Seed,
            NodeCount = Best.Plan.NodeCount,
            SafetyPhase = Best.Plan.SafetyPhase,
            Aftermath = Best.Plan.Aftermath,
            Workload = plain.Workload with { ClientCount = Best.Plan.Workload.ClientCount },
        });
        foreach (PlanSetting setting in Best.SettingsNotPlain())
        {
            if (setting.Name is "seed" or "nodes" or "clients" || attempts.IsTimeUp) continue;
            if (TrySetting(setting, setting.Write(plain))) continue;
            foreach (string simpler in Simpler(setting.Write(Best.Plan)))
            {
                if (TrySetting(setting, simpler)) break;
            }
        }

        if (Best.Plan.Seed != plain.Seed) attempts.TryCheaperUnderAnySeed(Best.WithSeed(plain.Seed));
    }

    private bool TrySetting(PlanSetting setting, string value)
    {
        try
        {
            return Try(setting.Read(Best.Plan, new Words(setting.Name, 0, value)));
        }
        catch (ScenarioSyntaxException)
        {
            // Rounded, it is no value of this setting any more.
            return false;
        }
    }

    private bool Try(RunPlan changed) => IsValid(changed) && attempts.TryCheaperUnderAnySeed(Best with { Plan = changed });

    /// <summary>One value for a range, then fewer digits.</summary>
    private static IEnumerable<string> Simpler(string value)
    {
        string[] ends = value.Split("..");
        for (int digits = 1; digits <= DigitsMax; digits++)
        {
            if (ends.Length == 2)
            {
                yield return Rounding.InText(ends[1], digits);
                yield return Rounding.InText(ends[0], digits);
            }

            yield return Rounding.InText(value, digits);
        }
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
}
