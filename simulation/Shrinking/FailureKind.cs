using DEngine.Simulation.Runs;

namespace DEngine.Simulation.Shrinking;

/// <summary>
/// When two runs have failed in the same way: the same promise is broken; of invariants of the code, the same one; of progress, the same want of it.
/// </summary>
internal static class FailureKind
{
    private const int WordsOfStuck = 2;

    /// <summary>Equal for runs that have failed in the same way.</summary>
    public static string Of(RunResult result) => result.Tag switch
    {
        "INV" => $"{result.Verdict} INV {NumberOf(result.Reason)}",
        "LIVE" => $"{result.Verdict} LIVE {string.Join(' ', WordsOf(result.Reason).Skip(1).Take(WordsOfStuck))}",
        _ => $"{result.Verdict} {result.Tag}",
    };

    /// <summary>Words without the numbers and names that differ from run to run.</summary>
    private static IEnumerable<string> WordsOf(string reason) => reason.Split(' ').Where(word => !word.Any(char.IsAsciiDigit));

    /// <summary>The invariant's number, such as X2, which stands in brackets; or its words, when it has none.</summary>
    private static string NumberOf(string reason)
    {
        foreach (string part in reason.Split('(').Skip(1))
        {
            string number = part.Split(')')[0].Split(' ')[^1];
            if (number.Length > 1 && char.IsAsciiLetterUpper(number[0]) && number.AsSpan(1).ContainsAnyInRange('0', '9')) return number;
        }

        return string.Join(' ', WordsOf(reason.Split('(')[0]));
    }
}
