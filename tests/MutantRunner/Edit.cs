namespace DEngine.Mutants;

/// <summary>Whole lines of one file to be replaced by others.</summary>
/// <param name="Path">From the root of the tree, with forward slashes.</param>
/// <param name="Old">Found exactly once in the file, or the mutant no longer applies.</param>
/// <param name="New">May be empty.</param>
internal sealed record Edit(string Path, string Old, string New)
{
    /// <exception cref="MutantException">The old text is not there, or more than once.</exception>
    public string ApplyTo(string content)
    {
        int at = content.IndexOf(Old, StringComparison.Ordinal);
        while (at > 0 && content[at - 1] != '\n') at = content.IndexOf(Old, at + 1, StringComparison.Ordinal);
        if (at < 0) throw new MutantException($"{Path} does not have the lines:\n{Old}");
        if (content.IndexOf("\n" + Old, at, StringComparison.Ordinal) >= 0) throw new MutantException($"{Path} has these lines more than once:\n{Old}");
        return content[..at] + New + content[(at + Old.Length)..];
    }
}
