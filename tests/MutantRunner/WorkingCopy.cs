namespace DEngine.Mutants;

/// <summary>
/// A copy of what the simulator is made of, in which mutants are put one at a time. Builds are incremental: only files that differ are written.
/// </summary>
internal sealed class WorkingCopy : IDisposable
{
    private static readonly string[] Copied =
        ["core", "storage", "simulation", "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig", "BannedSymbols.Pure.txt"];

    private readonly string _source;
    private readonly bool _isKept;

    /// <param name="source">The root of the tree, a git work tree.</param>
    /// <param name="directory">Where the copy is, kept for the next time; null: a temporary place, removed in the end.</param>
    public WorkingCopy(string source, string? directory)
    {
        _source = source;
        _isKept = directory is not null;
        Root = directory ?? System.IO.Directory.CreateTempSubdirectory("dengine-mutants-").FullName;
        (int? code, string files) = Tool.Run(
            "git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", .. Copied], source, TimeSpan.FromMinutes(1));
        if (code != 0) throw new MutantException($"git does not list the files: {files}");
        foreach (string path in files.Split('\n')) Restore(path);
    }

    public string Root { get; }

    /// <summary>Puts a mutant in; ends with <see cref="Restore(Mutant)"/>.</summary>
    public void Apply(Mutant mutant)
    {
        foreach ((string path, string content) in MutantBank.Mutate(mutant, _source)) File.WriteAllText(Path.Combine(Root, path), content);
    }

    public void Restore(Mutant mutant)
    {
        foreach (Edit edit in mutant.Edits) Restore(edit.Path);
    }

    public void Dispose()
    {
        if (!_isKept) Directory.Delete(Root, recursive: true);
    }

    private void Restore(string path)
    {
        string from = Path.Combine(_source, path);
        if (!File.Exists(from)) return;
        string to = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        byte[] content = File.ReadAllBytes(from);
        if (!File.Exists(to) || !content.AsSpan().SequenceEqual(File.ReadAllBytes(to))) File.WriteAllBytes(to, content);
    }
}
