using DEngine.Simulation.Checking;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;

namespace DEngine.Simulation.Reporting;

/// <summary>
/// A run as one HTML page: what every node was like after every event, every message, what was done from outside, what clients saw. The page needs no
/// server and no network.
/// </summary>
public static class Report
{
    /// <summary>Runs a plan, the swarm deciding what goes wrong, and writes its page.</summary>
    public static RunResult Write(RunPlan plan, TextWriter page) => Write(plan, null, page);

    /// <summary>Carries out a scenario and writes its page.</summary>
    /// <param name="name">What it is called in messages: the file's name.</param>
    /// <param name="text">The scenario.</param>
    /// <param name="page">Where the page goes.</param>
    /// <exception cref="FormatException">The text is not a scenario; the message names file and line.</exception>
    public static ScenarioResult Write(string name, string text, TextWriter page)
    {
        Scenario scenario;
        try
        {
            scenario = ScenarioParser.Read(name, text);
        }
        catch (ScenarioSyntaxException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }

        var recorder = new RunRecorder(scenario.Plan);
        ScenarioResult result = ScenarioRunner.Run(scenario, recorder);
        Finish(recorder, result.Run, name, result.IsAsExpected ? "" : result.ToString(), page);
        return result;
    }

    internal static RunResult Write(RunPlan plan, RunScript? script, TextWriter page)
    {
        var recorder = new RunRecorder(plan);
        RunResult result = Simulator.Run(plan, new RunOptions { Script = script, Watcher = recorder });
        Finish(recorder, result, $"seed {plan.Seed}", "", page);
        return result;
    }

    private static void Finish(RunRecorder recorder, RunResult result, string name, string problem, TextWriter page)
    {
        recorder.Finish(result.SimulatedTime);
        recorder.Operations.Complete(result.History);
        int culprit = result.Tag == "LIN" ? FindCulprit(recorder, result.History) : -1;
        var head = new ReportHead(name, result, problem, culprit);
        ReportPage.Write(page, head, ReportData.Write(recorder, head));
    }

    /// <summary>The operation that finds no place in the order of things; -1: there is none.</summary>
    private static int FindCulprit(RunRecorder recorder, HistoryRecorder history)
    {
        LinearizabilityResult judged = LinearizabilityChecker.Check(history.ToHistory(), LinearizabilityModel.KeyValue);
        return judged.Violation is { } violation ? recorder.Operations.Find(violation.Unplaceable) : -1;
    }
}

/// <summary>What a report is of.</summary>
/// <param name="Name">The seed or the scenario.</param>
/// <param name="Result">How the run ended.</param>
/// <param name="Problem">What a scenario expected in vain; empty: nothing.</param>
/// <param name="Culprit">The operation that cannot be explained; -1: none.</param>
internal sealed record ReportHead(string Name, RunResult Result, string Problem, int Culprit);
