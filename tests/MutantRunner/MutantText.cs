namespace DEngine.Mutants;

/// <summary>
/// Reads a mutant: lines <c>key: value</c> (a line that begins with blanks carries the value on), then hunks. A hunk begins with <c>@@ path</c>; of its
/// lines, <c>-</c> goes, <c>+</c> comes and a blank stays. There are no line numbers: the lines have to be in the file exactly once.
/// </summary>
internal static class MutantText
{
    private const string HunkMark = "@@ ";
    private static readonly string[] Keys = ["bug", "notices", "seen", "survives", "test"];

    /// <param name="fileName">Such as <c>E1a-vote-before-sync.mutant</c>.</param>
    /// <param name="text">The file's content.</param>
    /// <exception cref="MutantException">It cannot be read.</exception>
    public static Mutant Parse(string fileName, string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        int hunks = Array.FindIndex(lines, line => line.StartsWith(HunkMark, StringComparison.Ordinal));
        if (hunks < 0) throw new MutantException($"{fileName} changes nothing");
        Dictionary<string, string> header = ReadHeader(fileName, lines[..hunks]);
        string stem = System.IO.Path.GetFileNameWithoutExtension(fileName);
        int dash = stem.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) throw new MutantException($"{fileName} is not named id-name.mutant");
        return new Mutant
        {
            Id = stem[..dash],
            Name = stem[(dash + 1)..].Replace('-', ' '),
            Bug = Required(fileName, header, "bug"),
            Notices = Required(fileName, header, "notices"),
            Seen = Required(fileName, header, "seen"),
            Survives = header.GetValueOrDefault("survives", ""),
            Test = ReadTest(fileName, header.GetValueOrDefault("test")),
            Edits = ReadHunks(fileName, lines[hunks..]),
        };
    }

    private static string Required(string fileName, Dictionary<string, string> header, string key) =>
        header.TryGetValue(key, out string? value) ? value : throw new MutantException($"{fileName} has no line \"{key}:\"");

    private static MutantTest? ReadTest(string fileName, string? value)
    {
        if (value is null) return null;
        string[] words = value.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 2 ? new MutantTest(words[0], words[1]) : throw new MutantException($"{fileName}: \"test:\" names a project's directory and a filter");
    }

    private static Dictionary<string, string> ReadHeader(string fileName, string[] lines)
    {
        var header = new Dictionary<string, string>();
        string key = "";
        foreach (string line in lines)
        {
            if (line.Length == 0) continue;
            if (line[0] == ' ' && key.Length > 0)
            {
                header[key] += " " + line.Trim();
                continue;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            key = colon < 0 ? "" : line[..colon];
            if (!Keys.Contains(key)) throw new MutantException($"{fileName}: \"{line}\" is not one of {string.Join(", ", Keys)}");
            header[key] = line[(colon + 1)..].Trim();
        }

        return header;
    }

    private static List<Edit> ReadHunks(string fileName, string[] lines)
    {
        var edits = new List<Edit>();
        for (int i = 0; i < lines.Length;)
        {
            string path = lines[i][HunkMark.Length..].Trim();
            string old = "";
            string replacement = "";
            for (i++; i < lines.Length && !lines[i].StartsWith(HunkMark, StringComparison.Ordinal); i++)
            {
                string line = lines[i];
                string rest = (line.Length == 0 ? "" : line[1..]) + "\n";
                if (line.Length > 0 && line[0] is not (' ' or '-' or '+')) throw new MutantException($"{fileName}: \"{line}\" is not of a hunk");
                if (line.Length == 0 || line[0] != '+') old += rest;
                if (line.Length == 0 || line[0] != '-') replacement += rest;
            }

            if (old.Length == 0 || old == replacement) throw new MutantException($"{fileName}: a hunk of {path} replaces nothing");
            edits.Add(new Edit(path, old, replacement));
        }

        return edits;
    }
}
