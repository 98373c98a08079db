using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Engine;

/// <summary>Engines of one cluster in this process, on real sockets and in a temporary directory.</summary>
internal sealed class EngineCluster : IAsyncDisposable
{
    /// <summary>For everything that happens by itself: generous, since tests share the machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static int _nextPort = 10_000 + Random.Shared.Next(20_000);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-hosting-");
    private readonly Action<DEngineOptions>? _configure;
    private readonly int[] _ports;

    public EngineCluster(int nodes, Action<DEngineOptions>? configure = null)
    {
        _configure = configure;
        _ports = [.. Enumerable.Range(0, nodes).Select(_ => FreePort())];
        Engines = new EmbeddedEngine?[nodes];
    }

    /// <summary>Node 1 at 0; null when it does not run.</summary>
    public EmbeddedEngine?[] Engines { get; }

    /// <summary>The run of the machine that nodes are started in from now on; another one: the power was gone.</summary>
    public long MachineRun { get; set; } = 1;

    public RecordingLoggers Loggers { get; } = new();

    /// <summary>What nodes could not go on for. Empty at the end of every test that expects no such thing.</summary>
    public ConcurrentQueue<Exception> Fatal { get; } = new();

    public IEnumerable<EmbeddedEngine> Running => Engines.OfType<EmbeddedEngine>();

    public EmbeddedEngine Any => Running.First();

    public int PortOf(int node) => _ports[node - 1];

    public string EndpointOf(int node) => $"127.0.0.1:{PortOf(node)}";

    public static async Task<EngineCluster> StartAsync(int nodes, Action<DEngineOptions>? configure = null)
    {
        var cluster = new EngineCluster(nodes, configure);
        try
        {
            for (int node = 1; node <= nodes; node++) await cluster.StartNodeAsync(node);
            foreach (EmbeddedEngine engine in cluster.Running) await engine.WaitReadyAsync().WaitAsync(Patience);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task<EmbeddedEngine> StartNodeAsync(int node, Action<DEngineOptions>? change = null)
    {
        DEngineOptions options = OptionsOf(node);
        change?.Invoke(options);
        var services = new EngineServices
        {
            OnFatal = OnFatal,
            LoggerFactory = Loggers,
            RequestTimeout = TimeSpan.FromSeconds(20),
            MachineRun = MachineRun,
            HandOverTimeout = TimeSpan.FromSeconds(30),
        };
        EmbeddedEngine engine = await EmbeddedEngine.StartAsync(options, services);
        Engines[node - 1] = engine;
        return engine;
    }

    public async Task StopNodeAsync(int node)
    {
        EmbeddedEngine engine = Engines[node - 1]!;
        Engines[node - 1] = null;
        await engine.StopAsync().WaitAsync(Patience);
    }

    public DEngineOptions OptionsOf(int node)
    {
        var options = new DEngineOptions
        {
            Cluster = new ClusterOptions
            {
                NodeId = (uint)node,
                ListenAddress = EndpointOf(node),
                InitialCluster = [.. _ports.Select((_, i) => new ClusterMember { Id = (uint)(i + 1), Address = EndpointOf(i + 1) })],
                DbRootDir = Path.Combine(_directory.FullName, "db"),
                LogDir = Path.Combine(_directory.FullName, "logs"),
            },

            // Short enough for tests that wait for elections, long enough for a machine that does other things as well.
            Election = new ElectionOptions { ElectionTimeoutMinMs = 600, ElectionTimeoutMaxMs = 1200 },
            Replication = new ReplicationOptions { HeartbeatIntervalMs = 60 },
            ReadConsistency = new ReadConsistencyOptions { LeaseDurationMs = 300 },
        };
        _configure?.Invoke(options);
        return options;
    }

    /// <summary>The engine that leads, once one does and all running ones agree.</summary>
    public async Task<EmbeddedEngine> LeaderAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            EmbeddedEngine[] running = [.. Running];
            EmbeddedEngine? leader = Array.Find(running, engine => engine.IsLeader);
            if (leader is not null && Array.TrueForAll(running, engine => engine.Leader == leader.Leader)) return leader;
            await Task.Delay(10, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Running.Select(engine => engine.StopAsync())).WaitAsync(Patience);
        _directory.Delete(recursive: true);
    }

    private void OnFatal(Exception error)
    {
        Console.Error.WriteLine(error);
        Fatal.Enqueue(error);
    }

    /// <summary>Below the range that outgoing connections take theirs from, so that a node can come back to its port.</summary>
    private static int FreePort()
    {
        while (true)
        {
            int port = 10_000 + (Interlocked.Increment(ref _nextPort) % 20_000);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
