using System.CommandLine;
using System.Diagnostics;
using DEngine.Simulation.Shrinking;

namespace DEngine.Simulation.CommandLine;

/// <summary><c>shrink</c>: from a failing seed to a scenario file.</summary>
internal static class ShrinkCommand
{
    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "A seed that fails.", HelpName = "N", Required = true };
        var file = new Option<string>("--out") { Description = "The scenario file to write.", HelpName = "FILE", Required = true };
        var time = new Option<int>("--seconds") { Description = "How long to try.", HelpName = "S", DefaultValueFactory = _ => 120 };
        time.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1) given.AddError("--seconds must be 1 or more");
        });
        var command = new Command("shrink", "Turn a failing seed into a short scenario that fails in the same way. Exit code 1: the seed passes.") { seed, file, time };
        command.SetAction(parsed => Run(
            parsed.GetValue(seed),
            parsed.GetRequiredValue(file),
            TimeSpan.FromSeconds(parsed.GetValue(time)),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(ulong seed, string file, TimeSpan time, TextWriter output, TextWriter error)
    {
        long started = Stopwatch.GetTimestamp();
        TimeSpan nextLine = TimeSpan.FromSeconds(2);
        ShrinkResult result = Shrinker.Shrink(seed, () => Stopwatch.GetElapsedTime(started) > time, (left, runs) =>
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            if (elapsed < nextLine) return;
            nextLine = elapsed + TimeSpan.FromSeconds(2);
            output.WriteLine($"{elapsed.TotalSeconds:F0} s, {runs} runs: {left} decisions left");
        });
        if (!result.Failure.IsFailure)
        {
            error.WriteLine($"seed {seed} does not fail; there is nothing to shrink");
            return ExitCodes.No;
        }

        try
        {
            File.WriteAllText(file, result.Scenario);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{file}: {e.Message}");
            return ExitCodes.WrongUse;
        }

        output.WriteLine(result.Failure);
        output.WriteLine(result);
        return ExitCodes.Done;
    }
}
