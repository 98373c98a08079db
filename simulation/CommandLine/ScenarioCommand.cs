using System.CommandLine;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.CommandLine;

/// <summary><c>scenario</c>: carries out scenario files.</summary>
internal static class ScenarioCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Scenario files; docs/scenarios.md says how they are written.", Arity = ArgumentArity.OneOrMore };
        var trace = new Option<bool>("--trace") { Description = "Print what happens, a line each: steps, roles, logs, commit indices, operations." };
        var command = new Command("scenario", "Carry out scenario files. Exit code 1: a line does not hold, or the verdict is another one.") { files, trace };
        command.Aliases.Add("replay");
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(files),
            parsed.GetValue(trace),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string[] files, bool isTraced, TextWriter output, TextWriter error)
    {
        int code = ExitCodes.Done;
        foreach (string file in files)
        {
            try
            {
                ScenarioResult result = ScenarioRunner.Run(file, File.ReadAllText(file), isTraced ? output : null);
                output.WriteLine(result);
                if (!result.IsAsExpected) code = Math.Max(code, ExitCodes.No);
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                error.WriteLine(e.Message);
                code = ExitCodes.WrongUse;
            }
        }

        return code;
    }
}
