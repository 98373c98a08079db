namespace DEngine.Mutants;

/// <summary>
/// Compiles what a mutant changes, and nothing else: the project that has the changed file, then those that refer to it, if what they can see of it has
/// changed as well (its reference assembly differs). No MSBuild: the compiler is called as the build of the unchanged tree has called it.
/// </summary>
internal sealed class MutantCompiler
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly string _root;
    private readonly string _compiler;
    private readonly CompiledProject[] _projects;

    /// <param name="root">A copy of the tree in which everything needed has been built.</param>
    /// <param name="projectDirectories">From the root.</param>
    public MutantCompiler(string root, IEnumerable<string> projectDirectories)
    {
        _root = root;
        _projects = InOrder([.. projectDirectories.Select(directory => CompiledProject.Load(Path.Combine(root, directory))).OfType<CompiledProject>()]);
        (int? code, string version) = Tool.Run("dotnet", ["--version"], root, Limit);
        (_, string sdks) = Tool.Run("dotnet", ["--list-sdks"], root, Limit);
        string? line = sdks.Split('\n').FirstOrDefault(sdk => sdk.StartsWith(version.Trim() + " ", StringComparison.Ordinal));
        if (code != 0 || line is null) throw new MutantException($"no SDK: {version}");
        _compiler = Path.Combine(line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..line.LastIndexOf(']')], version.Trim(), "Roslyn/bincore/csc.dll");
    }

    /// <param name="mutant">Applies to the tree.</param>
    /// <param name="source">The tree.</param>
    /// <param name="directory">Empty; gets the mutated files and the assemblies.</param>
    /// <returns>Paths of the assemblies; or why there are none: the compiler's first error.</returns>
    public (IReadOnlyList<string> Assemblies, string Error) Compile(Mutant mutant, string source, string directory)
    {
        Dictionary<string, string> sources = WriteSources(mutant, source, directory);
        Directory.CreateDirectory(Path.Combine(directory, "ref"));
        var references = new Dictionary<string, string>();
        var assemblies = new List<string>();
        var compiled = new HashSet<string>();
        foreach (CompiledProject project in _projects)
        {
            string[] own = [.. sources.Keys.Where(project.Compiles)];
            compiled.UnionWith(own);
            if (own.Length == 0 && !_projects.Any(other => references.ContainsKey(other.ReferenceAssembly) && project.RefersTo(other))) continue;

            string arguments = Path.Combine(directory, project.FileName + ".rsp");
            File.WriteAllLines(arguments, project.ArgumentsFor(directory, sources, references));
            (int? code, string output) = Tool.Run("dotnet", ["exec", _compiler, "/nologo", "/noconfig", $"@{arguments}"], project.Directory, Limit);
            if (code != 0) return ([], output.Split('\n').FirstOrDefault(line => line.Contains("error ", StringComparison.Ordinal)) ?? output);
            assemblies.Add(Path.Combine(directory, project.FileName));
            string reference = Path.Combine(directory, "ref", project.FileName);
            bool isSame = File.ReadAllBytes(reference).AsSpan().SequenceEqual(File.ReadAllBytes(project.ReferenceAssembly));
            if (!isSame) references.Add(project.ReferenceAssembly, reference);
        }

        string? foreign = sources.Keys.FirstOrDefault(path => !compiled.Contains(path));
        return foreign is null ? (assemblies, "") : ([], $"{Path.GetRelativePath(_root, foreign)} is in no project that was built: it needs a line \"test:\"");
    }

    private Dictionary<string, string> WriteSources(Mutant mutant, string source, string directory)
    {
        var sources = new Dictionary<string, string>();
        foreach ((string path, string content) in MutantBank.Mutate(mutant, source))
        {
            string mutated = Path.Combine(directory, $"{sources.Count}-{Path.GetFileName(path)}");
            File.WriteAllText(mutated, content);
            sources.Add(Path.GetFullPath(Path.Combine(_root, path)), mutated);
        }

        return sources;
    }

    /// <summary>Each project behind those that it refers to.</summary>
    private static CompiledProject[] InOrder(List<CompiledProject> projects)
    {
        var ordered = new List<CompiledProject>();
        while (projects.Count > 0)
        {
            CompiledProject next = projects.First(project => !projects.Any(project.RefersTo));
            projects.Remove(next);
            ordered.Add(next);
        }

        return [.. ordered];
    }
}
