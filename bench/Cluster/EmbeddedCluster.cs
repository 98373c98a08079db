using DEngine.Configuration;

namespace DEngine.Bench;

/// <summary>Three engines in this process, with their data in a temporary directory.</summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private const int Nodes = 3;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-bench-");
    private readonly List<EmbeddedEngine> _engines = [];

    private EmbeddedCluster()
    {
    }

    /// <summary>Of each engine, the leader's first.</summary>
    public IReadOnlyList<IKeyValueClient> Clients => [.. _engines.OrderByDescending(engine => engine.IsLeader).Select(engine => engine.Client)];

    public static async Task<EmbeddedCluster> StartAsync(CancellationToken cancellation)
    {
        var cluster = new EmbeddedCluster();
        try
        {
            int[] ports = FreePorts.Take(Nodes);
            for (int i = 0; i < Nodes; i++) cluster._engines.Add(await EmbeddedEngine.StartAsync(cluster.OptionsOf(i, ports), null, cancellation));
            foreach (EmbeddedEngine engine in cluster._engines) await engine.WaitReadyAsync(cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_engines.Select(engine => engine.StopAsync()));
        _directory.Delete(recursive: true);
    }

    private DEngineOptions OptionsOf(int node, int[] ports) => new()
    {
        Cluster = new ClusterOptions
        {
            NodeId = (uint)(node + 1),
            ListenAddress = $"127.0.0.1:{ports[node]}",
            InitialCluster = [.. ports.Select((port, i) => new ClusterMember { Id = (uint)(i + 1), Address = $"127.0.0.1:{port}" })],
            DbRootDir = Path.Combine(_directory.FullName, "db"),
            LogDir = Path.Combine(_directory.FullName, "logs"),
        },
    };
}
