using System.CommandLine;
using System.Diagnostics;
using DEngine.Simulation.Coverage;
using DEngine.Simulation.Runs;
using Spectre.Console;

namespace DEngine.Simulation.CommandLine;

/// <summary><c>sweep</c>: many seeds, side by side; stops for nothing, prints what failed.</summary>
internal static class SweepCommand
{
    private const int FailuresShown = 20;

    public static Command Create()
    {
        Option<string> seeds = SeedOptions.Seeds();
        Option<int> jobs = SeedOptions.Jobs();
        var stopAtFirst = new Option<bool>("--stop-at-first") { Description = "End with the first seed that fails." };
        var coverage = new Option<bool>("--coverage") { Description = "Print which fault met a node at what, and whether more seeds would show more." };
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Write the fewest seeds that meet everything which the sweep has met; with --coverage.",
            HelpName = "FILE",
        };
        var command = new Command("sweep", "Run many seeds. Exit code 1: at least one violation or stuck run.") { seeds, jobs, stopAtFirst, coverage, corpus };
        command.SetAction(parsed =>
        {
            _ = SeedRange.TryParse(parsed.GetRequiredValue(seeds), out SeedRange range);
            string? corpusPath = parsed.GetValue(corpus);
            SweepCoverage? met = parsed.GetValue(coverage) || corpusPath is not null ? new SweepCoverage(range.First) : null;
            var totals = new SweepTotals(met);
            int code = Run(range, parsed.GetValue(jobs), parsed.GetValue(stopAtFirst), totals, parsed.InvocationConfiguration.Output);
            if (met is null) return code;
            return Report(met, corpusPath, parsed.InvocationConfiguration) ? code : ExitCodes.WrongUse;
        });
        return command;
    }

    /// <summary>What was met, and the corpus; false: the file cannot be written.</summary>
    private static bool Report(SweepCoverage met, string? corpusPath, InvocationConfiguration console)
    {
        met.Finish();
        console.Output.WriteLine();
        CoverageText.Write(console.Output, met);
        if (corpusPath is null) return true;
        try
        {
            using var writer = new StreamWriter(corpusPath);
            Corpus.Write(writer, met);
            console.Output.WriteLine($"corpus: {corpusPath}");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine($"{corpusPath}: {e.Message}");
            return false;
        }
    }

    private static int Run(SeedRange range, int jobs, bool stopAtFirst, SweepTotals totals, TextWriter output)
    {
        long started = Stopwatch.GetTimestamp();
        if (Console.IsOutputRedirected || output != Console.Out) Sweep(range, jobs, stopAtFirst, totals, () => PrintProgress(output, totals, range, started));
        else SweepWithBar(range, jobs, stopAtFirst, totals);

        foreach (RunResult failure in totals.Failures.Take(FailuresShown)) output.WriteLine(failure);
        if (totals.Failures.Count > FailuresShown) output.WriteLine($"… and {totals.Failures.Count - FailuresShown} more");
        output.WriteLine(totals.Summary(Stopwatch.GetElapsedTime(started), jobs));
        return totals.Failures.Count == 0 ? ExitCodes.Done : ExitCodes.No;
    }

    private static void SweepWithBar(SeedRange range, int jobs, bool stopAtFirst, SweepTotals totals) =>
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask("seeds", maxValue: range.Count);
                Sweep(range, jobs, stopAtFirst, totals, () =>
                {
                    bar.Value = totals.Runs;
                    bar.Description = totals.Failures.Count == 0 ? "seeds" : $"[red]{totals.Failures.Count} failed[/]";
                });
            });

    private static void Sweep(SeedRange range, int jobs, bool stopAtFirst, SweepTotals totals, Action onProgress) =>
        SeedLoop.Run(range, jobs, () => stopAtFirst && totals.Failures.Count > 0, totals.Run, onProgress);

    /// <summary>For logs: a line every twentieth part.</summary>
    private static void PrintProgress(TextWriter output, SweepTotals totals, SeedRange range, long started)
    {
        long step = (long)Math.Max(1, range.Count / 20);
        long part = totals.Runs / step;
        if (part <= totals.PartsPrinted) return;
        totals.PartsPrinted = part;
        output.WriteLine($"{totals.Runs} of {range.Count} seeds, {totals.Failures.Count} failed, {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
    }
}
