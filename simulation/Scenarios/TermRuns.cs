using System.Globalization;
using System.Text;

namespace DEngine.Simulation.Scenarios;

/// <summary>A log written as the terms of its entries in order; a run of N entries of term T as <c>TxN</c>.</summary>
internal static class TermRuns
{
    public static string Write(IReadOnlyList<long> terms)
    {
        var text = new StringBuilder();
        for (int i = 0; i < terms.Count;)
        {
            int end = i;
            while (end < terms.Count && terms[end] == terms[i]) end++;
            if (text.Length > 0) text.Append(' ');
            text.Append(terms[i]);
            if (end - i > 1) text.Append(CultureInfo.InvariantCulture, $"x{end - i}");
            i = end;
        }

        return text.Length == 0 ? "empty" : text.ToString();
    }

    /// <summary>False: a word is not a term or a run.</summary>
    public static bool TryRead(IEnumerable<string> words, out List<long> terms)
    {
        terms = [];
        foreach (string word in words)
        {
            if (word == "empty") continue;
            string[] parts = word.Split('x');
            int count = 1;
            bool reads = parts.Length <= 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && (parts.Length == 1 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out count));
            if (!reads) return false;
            terms.AddRange(Enumerable.Repeat(long.Parse(parts[0], CultureInfo.InvariantCulture), count));
        }

        return true;
    }
}
