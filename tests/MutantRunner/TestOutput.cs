using System.Globalization;
using System.Text.RegularExpressions;

namespace DEngine.Mutants;

/// <summary>Reads what <c>dotnet test</c> prints.</summary>
internal static partial class TestOutput
{
    /// <param name="exitCode">Null: stopped at the limit of time.</param>
    /// <param name="output">Everything printed.</param>
    /// <param name="seconds">How long it took.</param>
    /// <exception cref="MutantException">No test was run.</exception>
    public static Outcome Read(int? exitCode, string output, double seconds)
    {
        if (exitCode is null) return new Outcome(true, Outcome.FailedTest, 0, "the test was stopped at its limit of time", seconds);
        Match totals = Totals().Match(output);
        int failed = totals.Success ? int.Parse(totals.Groups["failed"].Value, CultureInfo.InvariantCulture) : 0;
        int passed = totals.Success ? int.Parse(totals.Groups["passed"].Value, CultureInfo.InvariantCulture) : 0;
        string[] lines = output.Split('\n');
        if (failed > 0)
        {
            string name = lines.FirstOrDefault(line => line.Contains("[FAIL]", StringComparison.Ordinal)) ?? "";
            return new Outcome(true, Outcome.FailedTest, 0, FailedName().Match(name) is { Success: true } match ? match.Groups["name"].Value : name.Trim(), seconds);
        }

        if (exitCode != 0 && output.Contains("aborted", StringComparison.Ordinal)) return new Outcome(true, Outcome.FailedTest, 0, "the process of the tests ended", seconds);
        return passed > 0 && exitCode == 0
            ? new Outcome(false, "", 0, passed == 1 ? "the test passed" : $"{passed} tests passed", seconds)
            : throw new MutantException($"no test was run: {lines.LastOrDefault(line => line.Trim().Length > 0)?.Trim()}");
    }

    [GeneratedRegex(@"Failed: +(?<failed>\d+), Passed: +(?<passed>\d+)")]
    private static partial Regex Totals();

    [GeneratedRegex(@"(?<name>[\w.]+)(\(.*\))? \[FAIL\]")]
    private static partial Regex FailedName();
}
