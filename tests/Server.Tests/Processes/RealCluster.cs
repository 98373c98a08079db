using System.Text.Json;
using DEngine.Server.Tests.CommandLine;

namespace DEngine.Server.Tests.Processes;

/// <summary>Nodes as processes, on free ports and in a temporary directory.</summary>
/// <param name="settings">More lines of every node's configuration.</param>
/// <param name="nodes">How many.</param>
internal sealed class RealCluster(string settings = "", int nodes = 3) : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Settings of a cluster that elects quickly, as far as a busy machine lets it.</summary>
    public const string Quick = """
        [raft.election]
        election_timeout_min = 400
        election_timeout_max = 800
        [raft.read_consistency]
        lease_duration_ms = 200
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-processes-");
    private readonly int[] _ports = FreePorts.Take(nodes);
    private readonly RealNode?[] _nodes = new RealNode?[nodes];

    /// <summary>HOST:PORT of each node, in order of their numbers.</summary>
    public IReadOnlyList<string> Addresses => [.. _ports.Select(port => $"127.0.0.1:{port}")];

    public string Endpoints => string.Join(',', Addresses);

    /// <summary>The data directory of a node.</summary>
    public string DataOf(int node) => Path.Combine(_directory.FullName, "db", $"{node}");

    /// <summary>Writes a node's configuration; its path, without its suffix.</summary>
    public string Configure(int node)
    {
        string config = Path.Combine(_directory.FullName, $"n{node}");
        string members = string.Join(", ", _ports.Select((port, i) => $$"""{ id = {{i + 1}}, address = "127.0.0.1:{{port}}" }"""));
        File.WriteAllText(config + ".toml", $"""
            [cluster]
            node_id = {node}
            listen_address = "127.0.0.1:{_ports[node - 1]}"
            initial_cluster = [{members}]
            db_root_dir = "{_directory.FullName}/db"
            log_dir = "{_directory.FullName}/logs"
            {settings}
            """);
        return config;
    }

    /// <param name="node">Its number.</param>
    /// <param name="around">A program that runs it, with its arguments.</param>
    public void Start(int node, params string[] around)
    {
        string config = Configure(node);
        _nodes[node - 1]?.Dispose();
        _nodes[node - 1] = new RealNode(config, around);
    }

    public RealNode this[int node] => _nodes[node - 1]!;

    /// <summary>The same, made already: for something to be mounted there.</summary>
    public string MakeDataOf(int node) => Directory.CreateDirectory(DataOf(node)).FullName;

    public string LogOf(int node) => File.ReadAllText(PathOfLog(node));

    public bool HasLogged(int node, string text) =>
        File.Exists(PathOfLog(node)) && LogOf(node).Contains(text, StringComparison.Ordinal);

    public Task<Session> Run(params string[] arguments) =>
        Session.Run([.. arguments, "--endpoints", Endpoints, "--timeout", $"{Patience.TotalSeconds}"]);

    /// <summary>As the nodes that answer see it, other than the one that is known to be gone.</summary>
    public async Task<int> LeaderAsync(int? other = null)
    {
        DateTime deadline = DateTime.UtcNow + Patience;
        while (DateTime.UtcNow < deadline)
        {
            Session cluster = await Run("cluster", "--json");
            if (cluster.ExitCode == 0 && JsonDocument.Parse(cluster.Out).RootElement.GetProperty("leader") is { ValueKind: JsonValueKind.Object } leader
                && leader.GetProperty("id").GetInt32() != other)
            {
                return leader.GetProperty("id").GetInt32();
            }
            await Task.Delay(50);
        }
        throw new TimeoutException("no leader: " + string.Join(Environment.NewLine, _nodes.Select(n => n?.Said)));
    }

    private string PathOfLog(int node) => Path.Combine(_directory.FullName, "logs", $"{node}", "d.log");

    public void Dispose()
    {
        foreach (RealNode? node in _nodes) node?.Dispose();
        _directory.Delete(recursive: true);
    }
}
