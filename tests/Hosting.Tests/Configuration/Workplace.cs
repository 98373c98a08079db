using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Configuration;

/// <summary>A directory of its own for one test, and configurations in it.</summary>
internal sealed class Workplace : IDisposable
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    public string Root { get; } = Directory.CreateTempSubdirectory("dengine-config-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string In(string name) => Path.Combine(Root, name);

    public string Write(string name, string text)
    {
        string path = In(name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A [cluster] section without mistakes, on five lines; further lines follow it.</summary>
    public string Cluster(string rest = "") => $"""
        [cluster]
        node_id = 1
        listen_address = "127.0.0.1:9081"
        initial_cluster = [{"{"} id = 1, address = "127.0.0.1:9081" {"}"}, {"{"} id = 2, address = "127.0.0.1:9082" {"}"}]
        db_root_dir = "{In("db")}"
        log_dir = "{In("logs")}"
        {rest}
        """;

    public ConfigurationResult Load(
        string text, IReadOnlyDictionary<string, string>? environment = null, params KeyValuePair<string, string>[] commandLine) =>
        ConfigurationLoader.Load(Write("n1.toml", text), environment ?? NoEnvironment, commandLine);

    public static ConfigurationResult LoadPath(string path) => ConfigurationLoader.Load(path, NoEnvironment, []);

    /// <summary>The mistakes' lines, with the place of the file cut to its name.</summary>
    public IReadOnlyList<string> Mistakes(ConfigurationResult result) =>
        [.. result.Mistakes.Select(m => m.ToString().Replace(Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))];

    public IReadOnlyList<string> Mistakes(string text) => Mistakes(Load(text));

    public DEngineOptions Options(string text)
    {
        ConfigurationResult result = Load(text);
        Assert.Empty(result.Mistakes);
        return result.Options!;
    }
}
