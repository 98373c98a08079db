namespace DEngine.Tidy;

/// <summary>The tree that is judged: the nearest directory above the test's assembly with a global.json.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "dist", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file of the tree, in ordinal order of path.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. Files("*.cs").Select(path => new SourceFile(path, Read(path)))];

    public static bool Exists(string path) => File.Exists(Full(path)) || Directory.Exists(Full(path));

    public static string Read(string path) => File.ReadAllText(Full(path)).ReplaceLineEndings("\n");

    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(path))!);
        File.WriteAllText(Full(path), text);
    }

    /// <summary>Files by name, as paths from the root with forward slashes; what the build leaves behind is passed over.</summary>
    public static IEnumerable<string> Files(string pattern) =>
        Walk(Root)
            .SelectMany(directory => Directory.EnumerateFiles(directory, pattern))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    private static string Full(string path) => Path.Combine(Root, path);

    private static IEnumerable<string> Walk(string directory)
    {
        yield return directory;
        foreach (string inner in Directory.EnumerateDirectories(directory))
        {
            string name = Path.GetFileName(inner);
            if (name.StartsWith('.') || NotOurs.Contains(name)) continue;
            foreach (string below in Walk(inner)) yield return below;
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "global.json"))) return at.FullName;
        }

        throw new InvalidOperationException($"no global.json above {AppContext.BaseDirectory}");
    }
}
