namespace DEngine.Mutants;

/// <summary>The directory tests/mutants.</summary>
internal static class MutantBank
{
    private const string Directory = "tests/mutants";
    private const string NotApplicableFile = "not-applicable.txt";

    /// <summary>Every mutant, in order of row and letter.</summary>
    /// <exception cref="MutantException">One cannot be read, or two have the same id.</exception>
    public static IReadOnlyList<Mutant> Load(string root)
    {
        Mutant[] mutants =
        [
            .. System.IO.Directory.EnumerateFiles(Path.Combine(root, Directory), "*.mutant")
                .Select(path => MutantText.Parse(Path.GetFileName(path), File.ReadAllText(path)))
                .OrderBy(mutant => mutant.Id[0])
                .ThenBy(mutant => RowNumber(mutant.Id))
                .ThenBy(mutant => mutant.Id, StringComparer.Ordinal),
        ];
        foreach (IGrouping<string, Mutant> same in mutants.GroupBy(mutant => mutant.Id).Where(group => group.Count() > 1))
            throw new MutantException($"{same.Count()} mutants are called {same.Key}");
        return mutants;
    }

    /// <summary>Rows of the bank without a mutant, each with the reason: lines <c>id: reason</c>.</summary>
    public static IReadOnlyList<(string Id, string Reason)> LoadNotApplicable(string root) =>
    [
        .. from line in File.ReadLines(Path.Combine(root, Directory, NotApplicableFile))
           let colon = line.IndexOf(':', StringComparison.Ordinal)
           where colon > 0
           select (line[..colon], line[(colon + 1)..].Trim()),
    ];

    /// <summary>The files of a tree as a mutant leaves them.</summary>
    /// <exception cref="MutantException">It does not apply.</exception>
    public static Dictionary<string, string> Mutate(Mutant mutant, string root)
    {
        var files = new Dictionary<string, string>();
        foreach (Edit edit in mutant.Edits)
        {
            string full = Path.Combine(root, edit.Path);
            if (!files.TryGetValue(edit.Path, out string? content))
            {
                if (!File.Exists(full)) throw new MutantException($"{mutant.Id}: there is no {edit.Path}");
                content = File.ReadAllText(full).ReplaceLineEndings("\n");
            }

            try
            {
                files[edit.Path] = edit.ApplyTo(content);
            }
            catch (MutantException e)
            {
                throw new MutantException($"{mutant.Id} no longer applies: {e.Message}");
            }
        }

        return files;
    }

    private static int RowNumber(string id) => int.TryParse(id[1..].TrimEnd([.. "abcdefghijklmnopqrstuvwxyz"]), out int number) ? number : 0;
}
