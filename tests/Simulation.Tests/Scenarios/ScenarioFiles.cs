namespace DEngine.Simulation.Tests.Scenarios;

/// <summary>The files under tests/scenarios.</summary>
internal static class ScenarioFiles
{
    private static readonly string Folder = Find();

    public static IEnumerable<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.scenario").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static string Read(string name) => File.ReadAllText(PathOf(name)).ReplaceLineEndings("\n");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "global.json"))) return Path.Combine(at.FullName, "tests", "scenarios");
        }

        throw new InvalidOperationException($"no global.json above {AppContext.BaseDirectory}");
    }
}
