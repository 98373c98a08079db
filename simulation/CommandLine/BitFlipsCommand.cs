using System.CommandLine;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.CommandLine;

/// <summary><c>flip-bits</c>: one bit of one disk in each run, anywhere; and what has become of it.</summary>
internal static class BitFlipsCommand
{
    private const int FailuresShown = 20;

    public static Command Create()
    {
        Option<string> seeds = SeedOptions.Seeds();
        Option<int> jobs = SeedOptions.Jobs();
        var command = new Command(
            "flip-bits",
            "In each run of three nodes one bit of one data directory turns over. Exit code 1: a wrong answer, something acknowledged that is lost, damage that stays, or a run that is stuck.")
        {
            seeds, jobs,
        };
        command.SetAction(parsed =>
        {
            _ = SeedRange.TryParse(parsed.GetRequiredValue(seeds), out SeedRange range);
            return Run(range, parsed.GetValue(jobs), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int Run(SeedRange range, int jobs, TextWriter output)
    {
        var totals = new BitFlipTotals();
        ulong shown = 0;
        SeedLoop.Run(range, jobs, static () => false, seed => totals.Add(BitFlipRun.Run(seed)), () =>
        {
            ulong part = totals.Count * 10 / range.Count;
            if (part == shown) return;
            shown = part;
            output.WriteLine($"{totals.Count} of {range.Count} runs, {totals.Failures.Count} failed");
        });
        foreach (RunResult failure in totals.Failures.Take(FailuresShown)) output.WriteLine(failure);
        if (totals.Failures.Count > FailuresShown) output.WriteLine($"… and {totals.Failures.Count - FailuresShown} more");
        totals.Write(output);
        return totals.Failures.Count == 0 ? ExitCodes.Done : ExitCodes.No;
    }
}
