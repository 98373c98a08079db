using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DEngine.Simulation.Checking;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.CommandLine;

/// <summary><c>run</c>: one seed, one line.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "Which run.", HelpName = "N", Required = true };
        var history = new Option<string?>("--history") { Description = "Write what the clients saw, for check.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        var command = new Command("run", "Run one seed. The same seed prints the same line on every machine. Exit code 1: violation or stuck.")
        {
            seed,
            history,
            json,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(seed),
            parsed.GetValue(history),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    internal static string ToJson(RunResult result) => JsonSerializer.Serialize(
        new RunLine(
            result.Seed,
            result.Verdict.ToString().ToLowerInvariant(),
            result.Reason,
            result.TraceHash.ToString("x16", CultureInfo.InvariantCulture),
            result.SimulatedTime.TotalSeconds,
            result.Events,
            result.Operations,
            result.Faults),
        RunLineContext.Default.RunLine);

    private static int Run(ulong seed, string? historyPath, bool asJson, TextWriter output, TextWriter error)
    {
        RunResult result = Simulator.Run(seed);
        output.WriteLine(asJson ? ToJson(result) : result.ToString());
        if (historyPath is not null)
        {
            try
            {
                using var writer = new StreamWriter(historyPath);
                HistoryWriter.Write(writer, result.History.ToHistory());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"{historyPath}: {e.Message}");
                return ExitCodes.WrongUse;
            }
        }

        return result.IsFailure ? ExitCodes.No : ExitCodes.Done;
    }
}
