namespace DEngine.Configuration;

/// <summary>What someone who wrote an unknown name probably meant.</summary>
internal static class NearestName
{
    /// <summary>Names are compared up to here, so that a file of nonsense costs no time.</summary>
    private const int ComparedCharactersMax = 128;

    /// <summary>
    /// The candidate that the fewest insertions, deletions and replacements turn into the name, letters' case aside. A right name in the wrong
    /// table counts as one step: <c>election.election_timeout_min</c> means raft.election's. The first of equals.
    /// </summary>
    public static string Of(string name, IEnumerable<string> candidates)
    {
        string written = Fold(name);
        return candidates.MinBy(c => Fold(c) is var known && Last(known) == Last(written) ? Math.Min(1, Distance(written, known)) : Distance(written, known))
            ?? throw new ArgumentException("there must be candidates", nameof(candidates));
    }

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    internal static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[^1];
    }

    private static string Fold(string name) => name[..Math.Min(name.Length, ComparedCharactersMax)].ToUpperInvariant();

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
}
