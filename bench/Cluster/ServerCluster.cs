namespace DEngine.Bench;

/// <summary>Three servers on this machine, with their data in a temporary directory.</summary>
internal sealed class ServerCluster : IDisposable
{
    private const int Nodes = 3;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-bench-");
    private readonly List<ServerProcess> _servers = [];

    private ServerCluster()
    {
    }

    /// <summary>HOST:PORT of each, the leader first.</summary>
    public IReadOnlyList<string> Endpoints => [.. _servers.Select(server => server.Endpoint)];

    /// <summary>A follower, the same at every call; the last of <see cref="Endpoints"/>.</summary>
    public ServerProcess LastFollower => _servers[^1];

    public static async Task<ServerCluster> StartAsync(string executable, CancellationToken cancellation)
    {
        var cluster = new ServerCluster();
        try
        {
            cluster.StartServers(executable);
            await cluster.PutLeaderFirstAsync(cancellation);
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Of each, the leader first.</summary>
    public IReadOnlyList<TimeSpan> ProcessorTimes() => [.. _servers.Select(server => server.ProcessorTime)];

    public void Dispose()
    {
        foreach (ServerProcess server in _servers) server.Dispose();
        _directory.Delete(recursive: true);
    }

    private void StartServers(string executable)
    {
        string[] endpoints = [.. FreePorts.Take(Nodes).Select(port => $"127.0.0.1:{port}")];
        string members = string.Join(", ", endpoints.Select((endpoint, i) => $$"""{ id = {{i + 1}}, address = "{{endpoint}}" }"""));
        for (int i = 0; i < Nodes; i++)
        {
            string path = Path.Combine(_directory.FullName, $"n{i + 1}.toml");
            File.WriteAllText(path, $"""
                [cluster]
                node_id = {i + 1}
                listen_address = "{endpoints[i]}"
                initial_cluster = [{members}]
                db_root_dir = '{Path.Combine(_directory.FullName, "db")}'
                log_dir = '{Path.Combine(_directory.FullName, "logs")}'

                """);
            _servers.Add(new ServerProcess(executable, path, endpoints[i]));
        }
    }

    private async Task PutLeaderFirstAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(StartPatience);
        while (true)
        {
            foreach (ServerProcess server in _servers)
            {
                server.ThrowIfEnded();
                if (!await LeadsAsync(http, server.Endpoint, patience.Token)) continue;
                _servers.Remove(server);
                _servers.Insert(0, server);
                return;
            }

            await Task.Delay(100, patience.Token);
        }
    }

    private static async Task<bool> LeadsAsync(HttpClient http, string endpoint, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri($"http://{endpoint}/primary"), cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
