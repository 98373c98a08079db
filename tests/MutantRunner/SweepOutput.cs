using System.Globalization;
using System.Text.RegularExpressions;

namespace DEngine.Mutants;

/// <summary>Reads what <c>dengine-sim sweep --stop-at-first</c> prints.</summary>
internal static partial class SweepOutput
{
    /// <param name="exitCode">Null: stopped at the limit of time.</param>
    /// <param name="output">Everything printed.</param>
    /// <param name="seconds">How long it took.</param>
    public static Outcome Read(int? exitCode, string output, double seconds)
    {
        string[] lines = output.Split('\n');
        int first = Array.FindIndex(lines, line => FailedSeed().IsMatch(line));
        if (first >= 0)
        {
            Match failed = FailedSeed().Match(lines[first]);
            long seed = long.Parse(failed.Groups["seed"].Value, CultureInfo.InvariantCulture);
            string reason = first + 1 < lines.Length ? lines[first + 1].Trim() : "";
            string checker = failed.Groups["verdict"].Value == "STUCK" ? "STUCK" : CheckerOf(reason);
            return new Outcome(true, checker, seed, reason, seconds);
        }

        return exitCode switch
        {
            0 => new Outcome(false, "", 0, "every seed passed", seconds),
            null => new Outcome(false, "TIME", 0, "the sweep was stopped at its limit of time", seconds),
            _ => new Outcome(true, "CRASH", 1, FirstError(lines), seconds),
        };
    }

    /// <summary>The first word of the reason; of an invariant of the code itself, its number as well.</summary>
    private static string CheckerOf(string reason)
    {
        Match parts = Reason().Match(reason);
        if (!parts.Success) return "?";
        string word = parts.Groups["word"].Value;
        Match number = InvariantNumber().Match(reason);
        return word == "INV" && number.Success ? $"INV {number.Groups["number"].Value}" : word;
    }

    private static string FirstError(string[] lines) =>
        lines.FirstOrDefault(line => line.Contains("xception", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "";

    [GeneratedRegex(@"^seed (?<seed>\d+): (?<verdict>[A-Z]{2,})")]
    private static partial Regex FailedSeed();

    [GeneratedRegex(@"^(?:\w+ at [\d.]+ s: )?(?<word>\w+)")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\((?:invariant )?(?<number>[A-Z]\d+)\b")]
    private static partial Regex InvariantNumber();
}
