using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;

namespace DEngine.Mutants;

/// <summary>The command line, and the course of the whole.</summary>
internal static class MutantsCommand
{
    private const int Done = 0;
    private const int Unexplained = 1;
    private const int Broken = 2;

    public static RootCommand Create()
    {
        var only = new Option<string?>("--only") { Description = "Only these rows, or those whose file's name begins so, such as C1,D1a,L16-acknow; writes no page.", HelpName = "IDS" };
        var seeds = new Option<int>("--seeds") { Description = "Seeds for each mutant, from 1 on.", DefaultValueFactory = _ => 2000 };
        var jobs = new Option<int>("--jobs") { Description = "Mutants at the same time.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var limit = new Option<int>("--limit") { Description = "Seconds of wall clock for one sweep.", DefaultValueFactory = _ => 1800 };
        var copy = new Option<string?>("--copy") { Description = "Where the copy of the tree is made, and kept for the next time.", HelpName = "DIR" };
        var shrink = new Option<string?>("--shrink") { Description = "Shrink the first seed of each mutant found to a scenario in this directory.", HelpName = "DIR" };
        var check = new Option<bool>("--check") { Description = "Only check that every mutant applies." };
        var command = new RootCommand("Puts known bugs into a copy of the tree, one at a time, and counts how many a sweep finds.")
        {
            only, seeds, jobs, limit, copy, shrink, check,
        };
        command.SetAction(parsed =>
        {
            var options = new TrialOptions(parsed.GetValue(seeds), parsed.GetValue(jobs), TimeSpan.FromSeconds(parsed.GetValue(limit)))
            {
                ScenarioDirectory = parsed.GetValue(shrink) is { } directory ? Path.GetFullPath(directory) : null,
            };
            try
            {
                string root = FindRoot();
                return parsed.GetValue(check) ? Check(root) : Run(root, parsed.GetValue(only), options, parsed.GetValue(copy));
            }
            catch (MutantException e)
            {
                Console.Error.WriteLine(e.Message);
                return Broken;
            }
        });
        return command;
    }

    private static int Check(string root)
    {
        IReadOnlyList<Mutant> mutants = MutantBank.Load(root);
        if (!AllApply(mutants, root)) return Broken;
        Console.WriteLine($"{mutants.Count} mutants apply");
        return Done;
    }

    private static bool AllApply(IReadOnlyList<Mutant> mutants, string root)
    {
        bool apply = true;
        foreach (Mutant mutant in mutants)
        {
            try
            {
                MutantBank.Mutate(mutant, root);
            }
            catch (MutantException e)
            {
                apply = false;
                Console.Error.WriteLine(e.Message);
            }
        }

        return apply;
    }

    private static int Run(string root, string? only, TrialOptions options, string? copyDirectory)
    {
        Mutant[] mutants = Select(MutantBank.Load(root), only);
        if (!AllApply(mutants, root)) return Broken;
        Console.WriteLine("Building a copy of the tree ...");
        using var copy = new WorkingCopy(root, copyDirectory);
        var trial = new Trial(copy, options, mutants);
        foreach (MutantTest test in mutants.Select(mutant => mutant.Test).OfType<MutantTest>().Distinct()) RequirePass(trial.TestUnchanged(test), test.Filter);
        if (only is null)
        {
            Console.WriteLine($"The unchanged tree, seeds 1-{options.Seeds} ...");
            RequirePass(trial.SweepUnchanged(1, options.Seeds, options.Jobs), "a seed");
        }

        var outcomes = new Outcome[mutants.Length];
        int done = 0;
        var output = new Lock();
        int sideBySide = Math.Clamp(options.Jobs, 1, mutants.Length);
        var next = Partitioner.Create(Enumerable.Range(0, mutants.Length), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(next, new ParallelOptions { MaxDegreeOfParallelism = sideBySide }, i =>
        {
            Outcome outcome = trial.Run(mutants[i], Math.Max(1, options.Jobs / sideBySide));
            lock (output)
            {
                outcomes[i] = outcome;
                Console.WriteLine(Line(++done, mutants.Length, mutants[i], outcome));
            }
        });

        // Of a selection, the unchanged tree has to pass only what the mutants failed with.
        if (only is not null)
        {
            foreach (long seed in outcomes.Where(outcome => outcome.IsFound && outcome.Seed > 0).Select(outcome => outcome.Seed).Distinct().Order())
                RequirePass(trial.SweepUnchanged(seed, seed, 1), $"seed {seed}");
        }

        // A mutant that cannot be tried says nothing of the simulator: no score then.
        (Mutant Mutant, Outcome Outcome)[] broken = [.. mutants.Zip(outcomes).Where(result => result.Second.Checker == Outcome.NotTried)];
        foreach ((Mutant mutant, Outcome outcome) in broken) Console.Error.WriteLine($"{mutant.Id} {mutant.Name} cannot be tried: {outcome.Reason}");
        return broken.Length > 0 ? Broken : Report(root, new Score([.. mutants.Zip(outcomes)]), options, isWhole: only is null);
    }

    private static void RequirePass(Outcome unchanged, string what)
    {
        if (unchanged.IsFound || unchanged.Checker.Length > 0)
            throw new MutantException($"the unchanged tree does not pass {what}: {unchanged.Checker} {unchanged.Reason}");
    }

    private static int Report(string root, Score score, TrialOptions options, bool isWhole)
    {
        foreach ((Mutant mutant, _) in score.Survivors)
            Console.WriteLine($"survives: {mutant.Id} {mutant.Name}: {(mutant.Survives.Length > 0 ? mutant.Survives : "not known why")}");
        foreach ((Mutant mutant, Outcome outcome) in score.Results)
        {
            if (outcome.IsFound && mutant.Survives.Length > 0) Console.WriteLine($"{mutant.Id} is found now: its line \"survives:\" can go");
        }

        if (isWhole)
        {
            File.WriteAllText(Path.Combine(root, ScorePage.Path), ScorePage.Write(score, options, MutantBank.LoadNotApplicable(root)));
            Console.WriteLine($"{ScorePage.Path} is written");
        }

        Console.WriteLine(Invariant($"{score.Found} of {score.Results.Count} found ({score.Percent:F1} %), median first seed {score.MedianSeeds}"));
        Console.WriteLine($"not found: {(score.Survivors.Any() ? string.Join(", ", score.Survivors.Select(result => result.Mutant.Id)) : "none")}");
        return score.Unexplained.Any() ? Unexplained : Done;
    }

    private static Mutant[] Select(IReadOnlyList<Mutant> all, string? only)
    {
        if (only is null) return [.. all];
        string[] wanted = only.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var selected = new HashSet<Mutant>();
        foreach (string name in wanted)
        {
            Mutant[] meant = [.. all.Where(mutant => mutant.IsMeantBy(name))];
            if (meant.Length == 0) meant = [.. all.Where(mutant => mutant.BeginsWith(name))];
            if (meant.Length == 0) throw new MutantException($"there is no mutant {name}");
            selected.UnionWith(meant);
        }

        return [.. all.Where(selected.Contains)];
    }

    private static string Line(int number, int count, Mutant mutant, Outcome outcome)
    {
        string found = (outcome.IsFound, outcome.Checker) switch
        {
            (_, Outcome.NotTried) => "CANNOT BE TRIED      ",
            (true, Outcome.FailedTest) => "by a test            ",
            (true, _) => Invariant($"{outcome.Checker,-9} {outcome.Seed,5} seeds"),
            _ => $"NOT FOUND {outcome.Checker,11}",
        };
        return Invariant($"[{number,3}/{count}] {mutant.Id,-5} {found} {outcome.Seconds,5:F0} s  {mutant.Name}  ({Short(outcome.Reason)})");
    }

    private static string Short(string reason) => reason.Length <= 140 ? reason : reason[..140] + "...";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The nearest directory above the program with a global.json.</summary>
    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "global.json"))) return at.FullName;
        }

        throw new MutantException($"no global.json above {AppContext.BaseDirectory}");
    }
}
