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
        var only = new Option<string?>("--only") { Description = "Only these, such as C1,E3,D1a; writes no page.", HelpName = "IDS" };
        var seeds = new Option<int>("--seeds") { Description = "Seeds for each mutant, from 1 on.", DefaultValueFactory = _ => 2000 };
        var jobs = new Option<int>("--jobs") { Description = "Runs at the same time.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var limit = new Option<int>("--limit") { Description = "Seconds of wall clock for one sweep.", DefaultValueFactory = _ => 600 };
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
        foreach (Mutant mutant in mutants) MutantBank.Mutate(mutant, root);
        Console.WriteLine($"{mutants.Count} mutants apply");
        return Done;
    }

    private static int Run(string root, string? only, TrialOptions options, string? copyDirectory)
    {
        Mutant[] mutants = Select(MutantBank.Load(root), only);
        foreach (Mutant mutant in mutants) MutantBank.Mutate(mutant, root);
        using var copy = new WorkingCopy(root, copyDirectory);
        var trial = new Trial(copy, options);
        Console.WriteLine($"The unchanged tree, seeds 1-{options.Seeds} ...");
        Outcome unchanged = trial.RunUnchanged();
        if (unchanged.IsFound || unchanged.Checker.Length > 0)
            throw new MutantException($"the unchanged tree does not pass: seed {unchanged.Seed}, {unchanged.Reason}");

        var results = new List<(Mutant, Outcome)>();
        foreach (Mutant mutant in mutants)
        {
            Outcome outcome = trial.Run(mutant);
            results.Add((mutant, outcome));
            Console.WriteLine(Line(results.Count, mutants.Length, mutant, outcome));
        }

        // A mutant that does not compile says nothing of the simulator: no score then.
        if (results.Exists(result => result.Item2.Checker == Outcome.NotBuilt)) return Broken;
        return Report(root, new Score(results), options, isWhole: only is null);
    }

    private static int Report(string root, Score score, TrialOptions options, bool isWhole)
    {
        Console.WriteLine(Invariant($"{score.Found} of {score.Results.Count} found ({score.Percent:F1} %), median {score.MedianSeeds} seeds"));
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

        return score.Unexplained.Any() ? Unexplained : Done;
    }

    private static Mutant[] Select(IReadOnlyList<Mutant> all, string? only)
    {
        if (only is null) return [.. all];
        string[] wanted = only.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string id in wanted)
        {
            if (!all.Any(mutant => mutant.IsMeantBy(id))) throw new MutantException($"there is no mutant {id}");
        }

        return [.. all.Where(mutant => wanted.Any(mutant.IsMeantBy))];
    }

    private static string Line(int number, int count, Mutant mutant, Outcome outcome)
    {
        string found = outcome.IsFound ? Invariant($"{outcome.Checker,-9} {outcome.Seed,5} seeds") : $"NOT FOUND {outcome.Checker,11}";
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
