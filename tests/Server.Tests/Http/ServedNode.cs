using System.Net;
using System.Text;
using DEngine.Configuration;
using DEngine.Server.Http;
using DEngine.Server.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace DEngine.Server.Tests.Http;

/// <summary>One real node with its HTTP API, on a free port of its own; shared by the tests of a class.</summary>
public sealed class ServedNode : IAsyncLifetime, IDisposable
{
    private static int _numbers = 100;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-server-");
    private readonly MetricsCollector _metrics = new();
    private readonly NodeHandle _node = new();
    private HttpServer? _http;
    private EmbeddedEngine? _engine;

    /// <summary>No other node of this process has it: metrics are collected from all of them, and told apart by it.</summary>
    public uint Id { get; } = (uint)Interlocked.Increment(ref _numbers);

    public int Port { get; } = FreePorts.Take(1)[0];

    public HttpClient Client { get; private set; } = new();

    public async Task InitializeAsync()
    {
        string address = $"127.0.0.1:{Port}";
        DEngineOptions options = new()
        {
            Cluster =
            {
                NodeId = Id,
                ListenAddress = address,
                InitialCluster = [new ClusterMember { Id = Id, Address = address }],
                DbRootDir = Path.Combine(_directory.FullName, "db"),
                LogDir = Path.Combine(_directory.FullName, "logs"),
            },
            Election = { ElectionTimeoutMinMs = 600, ElectionTimeoutMaxMs = 900 },
            Replication = { HeartbeatIntervalMs = 100 },
            ReadConsistency = { LeaseDurationMs = 300 },
        };
        RequestLimits limits = new(options.Limits.MaxKeyBytes, options.Limits.MaxValueBytes);
        HandedOverConnections connections = new(NullLogger.Instance);
        _http = await HttpServer.StartAsync(
            connections, Routes.Api(_node, limits, options.ReadConsistency, _metrics), limits.SwapBodyBytesMax, NullLoggerFactory.Instance);
        _engine = await EmbeddedEngine.StartAsync(options, new EngineServices { HttpConnections = connections.Offer });
        _node.Set(_engine);
        _ = await _engine.WaitReadyAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Client = new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public async Task DisposeAsync()
    {
        if (_http is not null) await _http.DisposeAsync();
        if (_engine is not null) await _engine.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    public void Dispose()
    {
        Client.Dispose();
        _metrics.Dispose();
    }

    public Task<Answer> Post(string path, string body) => Post(path, Encoding.UTF8.GetBytes(body));

    public async Task<Answer> Post(string path, byte[] body)
    {
        using ByteArrayContent content = new(body);
        using HttpResponseMessage response = await Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return await Answer.Of(response);
    }

    public async Task<Answer> Get(string pathAndQuery)
    {
        using HttpResponseMessage response = await Client.GetAsync(new Uri(pathAndQuery, UriKind.Relative));
        return await Answer.Of(response);
    }
}

public sealed record Answer(HttpStatusCode Status, string Body)
{
    public int Code => (int)Status;

    public static async Task<Answer> Of(HttpResponseMessage response) => new(response.StatusCode, await response.Content.ReadAsStringAsync());

    /// <summary>What stands in the body under this name.</summary>
    public System.Text.Json.JsonElement Field(string name) => System.Text.Json.JsonDocument.Parse(Body).RootElement.GetProperty(name);
}
