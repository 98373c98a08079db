using System.Globalization;
using System.Text;

namespace DEngine.Mutants;

/// <summary>docs/mutation-score.md.</summary>
internal static class ScorePage
{
    public const string Path = "docs/mutation-score.md";

    public static string Write(Score score, TrialOptions options, IReadOnlyList<(string Id, string Reason)> notApplicable)
    {
        var page = new StringBuilder();
        CultureInfo culture = CultureInfo.InvariantCulture;
        page.Append("# Does the simulator find bugs that are known?\n\n");
        page.Append("Written by `make mutants`; do not edit. Each file of `tests/mutants` brings back one mistake that a consensus system has shipped, or one of the\n");
        page.Append("same kind. It is compiled into a copy of the simulator, which sweeps its seeds from 1 on, with the faults that every sweep has: nothing is\n");
        page.Append("aimed at a mutant. Code that the simulator does not run (threads, sockets, files) has a test instead, and its row says `TEST`. Otherwise the checker\n");
        page.Append("is the first word of what the run was failed with ([invariants.md](invariants.md)); `INV` is an invariant of the engine's own code, which stops\n");
        page.Append("the process; `STUCK` means no progress after healing.\n\n");
        page.Append(culture, $"**{score.Found} of {score.Results.Count} found ({score.Percent:F1} %), median {score.MedianSeeds} seeds**, ");
        page.Append(culture, $"of at most {options.Seeds} each. The unchanged tree passes all of them.\n\n");
        page.Append("| mutant | mistake | found by | seeds | seconds |\n|---|---|---|---:|---:|\n");
        foreach ((Mutant mutant, Outcome outcome) in score.Results)
        {
            string checker = outcome.IsFound ? outcome.Checker : "**not found**";
            string seeds = outcome.IsFound && mutant.Test is null ? outcome.Seed.ToString(culture) : "";
            page.Append(culture, $"| {mutant.Id} | {Cell(mutant.Bug)} | {checker} | {seeds} | {outcome.Seconds:F0} |\n");
        }

        AppendSurvivors(page, score);
        page.Append("\n## Not applicable yet\n\nRows of the bank whose capability is not in this version, or that cannot be put into it.\n\n");
        page.Append("| row | why not |\n|---|---|\n");
        foreach ((string id, string reason) in notApplicable) page.Append(culture, $"| {id} | {Cell(reason)} |\n");
        return page.ToString();
    }

    private static void AppendSurvivors(StringBuilder page, Score score)
    {
        if (!score.Survivors.Any()) return;
        page.Append("\n## Survivors\n\n| mutant | should be noticed by | why it is not |\n|---|---|---|\n");
        foreach ((Mutant mutant, Outcome outcome) in score.Survivors)
        {
            string why = mutant.Survives.Length > 0 ? mutant.Survives : $"not known: {outcome.Reason}";
            page.Append(CultureInfo.InvariantCulture, $"| {mutant.Id} | {Cell(mutant.Notices)} | {Cell(why)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
