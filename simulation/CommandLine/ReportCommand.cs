using System.CommandLine;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Reporting;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.CommandLine;

/// <summary><c>report</c>: one run as one HTML page.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var seed = new Option<ulong?>("--seed") { Description = "Which run.", HelpName = "N" };
        var scenario = new Option<string?>("--scenario") { Description = "Which scenario, instead of a seed.", HelpName = "FILE" };
        var page = new Option<string>("--out") { Description = "Where the page goes.", HelpName = "FILE.html", Required = true };
        const string Description =
            "Write a run as one HTML page that any browser shows without a server. Exit code 1: violation or stuck, or a scenario that does not hold.";
        var command = new Command("report", Description)
        {
            seed,
            scenario,
            page,
        };
        command.Validators.Add(given =>
        {
            if (given.GetValue(seed) is null == given.GetValue(scenario) is null) given.AddError("Give either --seed or --scenario.");
        });
        command.SetAction(parsed => Run(
            parsed.GetValue(seed),
            parsed.GetValue(scenario),
            parsed.GetRequiredValue(page),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(ulong? seed, string? scenario, string path, TextWriter output, TextWriter error)
    {
        try
        {
            string? text = scenario is null ? null : File.ReadAllText(scenario);
            using var page = new StreamWriter(path);
            int code = text is null ? OfSeed(seed!.Value, page, output) : OfScenario(scenario!, text, page, output);
            output.WriteLine($"report: {path}");
            return code;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(e.Message);
            return ExitCodes.WrongUse;
        }
    }

    private static int OfSeed(ulong seed, TextWriter page, TextWriter output)
    {
        RunResult result = Report.Write(RunPlan.Draw(seed), page);
        output.WriteLine(result);
        return result.IsFailure ? ExitCodes.No : ExitCodes.Done;
    }

    private static int OfScenario(string name, string text, TextWriter page, TextWriter output)
    {
        Scenarios.ScenarioResult result = Report.Write(name, text, page);
        output.WriteLine(result);
        return result.IsAsExpected ? ExitCodes.Done : ExitCodes.No;
    }
}
