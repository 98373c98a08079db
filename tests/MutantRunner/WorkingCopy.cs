namespace DEngine.Mutants;

/// <summary>A copy of the tree, built once without a mutant. Builds are incremental: only files that differ are written.</summary>
internal sealed class WorkingCopy : IDisposable
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(20);

    private const string Mark = ".copy-of-the-tree";

    private readonly bool _isKept;
    private readonly string[] _files;

    /// <param name="source">The root of the tree, a git work tree.</param>
    /// <param name="directory">Where the copy is, kept for the next time; null: a temporary place, removed in the end.</param>
    public WorkingCopy(string source, string? directory)
    {
        Source = source;
        _isKept = directory is not null;
        Root = directory is null ? Directory.CreateTempSubdirectory("dengine-mutants-").FullName : Path.GetFullPath(directory);
        (int? code, string files) = Tool.Run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], source, TimeSpan.FromMinutes(1));
        if (code != 0) throw new MutantException($"git does not list the files: {files}");
        _files = [.. files.Split('\n').Where(path => File.Exists(Path.Combine(source, path)))];
        RemoveLeftovers();
        foreach (string path in _files) Copy(path);
    }

    /// <summary>The tree itself.</summary>
    public string Source { get; }

    public string Root { get; }

    /// <summary>Of one directory for each mutant under trial.</summary>
    public string TrialsDirectory => Path.Combine(Root, "trials");

    /// <summary>From the root.</summary>
    public IEnumerable<string> ProjectDirectories =>
        _files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Select(path => Path.GetDirectoryName(path)!);

    /// <exception cref="MutantException">It does not compile.</exception>
    public void Build(string project)
    {
        string[] arguments =
        [
            "build", project, "-c", "Release", "--nologo", "-v", "quiet", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false",
            "-p:MSBuildTreatWarningsAsErrors=false", "-p:GenerateDocumentationFile=false", "-p:RestoreIgnoreFailedSources=true",
            "-p:ProvideCommandLineArgs=true", $"-p:CustomAfterMicrosoftCommonTargets={Path.Combine(Root, "tests/MutantRunner/Compiler.targets")}",
        ];
        (int? code, string output) = Tool.Run("dotnet", arguments, Root, BuildLimit);
        if (code == 0) return;
        string[] lines = output.Split('\n');
        throw new MutantException($"the unchanged tree does not compile: {lines.FirstOrDefault(line => line.Contains("error ", StringComparison.Ordinal)) ?? lines[^1]}");
    }

    public void Dispose()
    {
        if (!_isKept) Directory.Delete(Root, recursive: true);
    }

    /// <summary>Files of an earlier copy that the tree no longer has would still be compiled. A directory that is no copy is left alone.</summary>
    private void RemoveLeftovers()
    {
        string mark = Path.Combine(Root, Mark);
        Directory.CreateDirectory(Root);
        if (!File.Exists(mark) && Directory.EnumerateFileSystemEntries(Root).Any()) throw new MutantException($"{Root} is neither empty nor a copy of the tree");
        File.WriteAllText(mark, "");
        if (Directory.Exists(TrialsDirectory)) Directory.Delete(TrialsDirectory, recursive: true);
        HashSet<string> kept = [.. _files];
        foreach (string path in Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(Root, path).Replace('\\', '/');
            if (!kept.Contains(relative) && !$"/{relative}".Contains("/obj/", StringComparison.Ordinal)) File.Delete(path);
        }
    }

    private void Copy(string path)
    {
        string to = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        byte[] content = File.ReadAllBytes(Path.Combine(Source, path));
        if (!File.Exists(to) || !content.AsSpan().SequenceEqual(File.ReadAllBytes(to))) File.WriteAllBytes(to, content);
    }
}
