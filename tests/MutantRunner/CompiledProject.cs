namespace DEngine.Mutants;

/// <summary>A project of the working copy as the compiler was called for it: see Compiler.targets.</summary>
internal sealed class CompiledProject
{
    private const string OutPrefix = "/out:";
    private const string ReferenceAssemblyPrefix = "/refout:";
    private const string ReferencePrefix = "/reference:";
    private const string AnalyzerPrefix = "/analyzer:";

    private CompiledProject(string directory, string[] arguments)
    {
        Directory = directory;
        Arguments = arguments;
        string assembly = arguments.First(argument => argument.StartsWith(OutPrefix, StringComparison.Ordinal))[OutPrefix.Length..];
        FileName = Path.GetFileName(assembly);
        string reference = arguments.First(argument => argument.StartsWith(ReferenceAssemblyPrefix, StringComparison.Ordinal));
        reference = reference[ReferenceAssemblyPrefix.Length..];
        ReferenceAssembly = Path.GetFullPath(Path.Combine(directory, reference.Replace("/refint/", "/ref/", StringComparison.Ordinal)));
    }

    /// <summary>Where the compiler runs: relative paths of the arguments start here.</summary>
    public string Directory { get; }

    /// <summary>Such as <c>DEngine.Core.dll</c>.</summary>
    public string FileName { get; }

    /// <summary>
    /// What others are compiled against, of the unchanged tree. It changes when something that others can see does, internals for friends included.
    /// </summary>
    public string ReferenceAssembly { get; }

    private string[] Arguments { get; }

    /// <returns>Null: the project has not been built.</returns>
    public static CompiledProject? Load(string projectDirectory)
    {
        string file = Path.Combine(projectDirectory, "obj/Release/net10.0/compiler-arguments.rsp");
        return File.Exists(file) ? new CompiledProject(projectDirectory, File.ReadAllLines(file)) : null;
    }

    /// <param name="path">Full.</param>
    public bool Compiles(string path) => Arguments.Any(argument => IsSource(argument) && FullPath(argument) == path);

    public bool RefersTo(CompiledProject other) => Arguments.Any(argument => IsReferenceTo(argument, other.ReferenceAssembly));

    /// <summary>The arguments for a mutant.</summary>
    /// <param name="output">Directory of the assembly; its reference assembly goes to <c>ref</c> below it.</param>
    /// <param name="sources">Full paths of the files that are replaced, and of what replaces them.</param>
    /// <param name="references">Reference assemblies that are replaced, in the same way.</param>
    public IEnumerable<string> ArgumentsFor(string output, Dictionary<string, string> sources, Dictionary<string, string> references)
    {
        foreach (string argument in Arguments)
        {
            if (IsLeftOut(argument)) continue;
            if (argument.StartsWith(OutPrefix, StringComparison.Ordinal)) yield return $"{OutPrefix}\"{Path.Combine(output, FileName)}\"";
            else if (argument.StartsWith(ReferenceAssemblyPrefix, StringComparison.Ordinal)) yield return $"{ReferenceAssemblyPrefix}\"{Path.Combine(output, "ref", FileName)}\"";
            else if (IsSource(argument) && sources.TryGetValue(FullPath(argument), out string? source)) yield return $"\"{source}\"";
            else yield return references.Where(pair => IsReferenceTo(argument, pair.Key)).Select(pair => $"{ReferencePrefix}\"{pair.Value}\"").FirstOrDefault(argument);
        }
    }

    /// <summary>Analyzers that only warn cost a second; generators of code stay.</summary>
    private static bool IsLeftOut(string argument) =>
        argument == "/noconfig"
        || (argument.StartsWith(AnalyzerPrefix, StringComparison.Ordinal)
            && (argument.Contains("NetAnalyzers", StringComparison.Ordinal) || argument.Contains("CodeStyle", StringComparison.Ordinal)));

    private static bool IsSource(string argument) => argument.Trim('"').EndsWith(".cs", StringComparison.Ordinal) && !argument.StartsWith("/reference", StringComparison.Ordinal);

    private static bool IsReferenceTo(string argument, string assembly) =>
        argument.StartsWith(ReferencePrefix, StringComparison.Ordinal) && argument[ReferencePrefix.Length..].Trim('"') == assembly;

    private string FullPath(string source) => Path.GetFullPath(Path.Combine(Directory, source.Trim('"')));
}
