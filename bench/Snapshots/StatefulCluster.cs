using System.Diagnostics;

namespace DEngine.Bench;

/// <summary>
/// Three servers that begin with the same large state, in a temporary directory. Whichever does not lead at first and is last is the one that will fall
/// behind; the others reach each node through a proxy, so that this one can be cut off.
/// </summary>
internal sealed class StatefulCluster : IAsyncDisposable
{
    private const int Nodes = 3;
    private const int RetainedEntries = 1_000;

    /// <summary>Beyond any run: when a snapshot is due is a matter of entries alone.</summary>
    private const long LogBytesMax = 1L << 40;

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-bench-");
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ServerProcess?[] _servers = new ServerProcess?[Nodes];
    private readonly CuttableProxy[] _proxies = new CuttableProxy[Nodes];
    private readonly string[] _endpoints;
    private readonly StartingState _state;
    private int _leader = -1;

    private StatefulCluster(StartingState state)
    {
        _state = state;
        int[] ports = FreePorts.Take(Nodes * 2);
        _endpoints = [.. ports[..Nodes].Select(port => $"127.0.0.1:{port}")];
        for (int i = 0; i < Nodes; i++) _proxies[i] = new CuttableProxy(ports[Nodes + i], ports[i]);
        string members = string.Join(", ", ports[Nodes..].Select((port, i) => $$"""{ id = {{i + 1}}, address = "127.0.0.1:{{port}}" }"""));
        for (int i = 0; i < Nodes; i++) Configure(i, members);
    }

    public string LeaderEndpoint => _endpoints[_leader];

    public ServerProcess Leader => _servers[_leader]!;

    public string LateEndpoint => _endpoints[Late];

    public ServerProcess LateFollower => _servers[Late]!;

    /// <summary>What stands in front of the follower that falls behind.</summary>
    public CuttableProxy LateProxy => _proxies[Late];

    /// <summary>The two that are up all the time.</summary>
    public IEnumerable<string> ServingEndpoints => _endpoints.Where((_, i) => i != Late);

    /// <summary>Whether the leader is writing a snapshot just now (docs/snapshot-format.md).</summary>
    public bool IsLeaderSaving => File.Exists(Path.Combine(DataOf(_leader), "snapshot-new"));

    /// <summary>The log's files of the follower that is stopped and started.</summary>
    public IReadOnlyList<string> LateLogFiles => [.. Directory.GetFiles(DataOf(Late), "wal-*").Order(StringComparer.Ordinal)];

    /// <summary>Of all three.</summary>
    public IReadOnlyList<string> Endpoints => _endpoints;

    /// <summary>Bytes of the leader's newest snapshot.</summary>
    public long SnapshotBytes => new DirectoryInfo(DataOf(_leader)).GetFiles("*.snap").OrderBy(file => file.Name, StringComparer.Ordinal).Last().Length;

    private int Late => _leader == Nodes - 1 ? Nodes - 2 : Nodes - 1;

    /// <summary>Makes the state, has every node begin with it, and starts them.</summary>
    public static async Task<StatefulCluster> StartAsync(StartingState state, CancellationToken cancellation)
    {
        var cluster = new StatefulCluster(state);
        try
        {
            await cluster.RestoreAllAsync(cancellation);
            cluster.StartAll();
            await cluster.FindLeaderAsync(cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public Task<NodeView?> AskAsync(string endpoint, CancellationToken cancellation) => NodeView.AskAsync(_http, endpoint, cancellation);

    /// <summary>As kill -9 does.</summary>
    public void StopLateFollower() => LateFollower.Dispose();

    public void StartLateFollower() => Start(Late);

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess? server in _servers) server?.Dispose();
        foreach (CuttableProxy proxy in _proxies) await proxy.DisposeAsync();
        _http.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>All three, as kill -9 does.</summary>
    public void StopAll()
    {
        foreach (ServerProcess? server in _servers) server!.Dispose();
    }

    public void StartAll()
    {
        for (int i = 0; i < Nodes; i++) Start(i);
    }

    private string DataOf(int node) => Path.Combine(_directory.FullName, "db", $"{node + 1}");

    private string ConfigOf(int node) => Path.Combine(_directory.FullName, $"n{node + 1}.toml");

    private void Start(int node) => _servers[node] = new ServerProcess(_state.Executable, ConfigOf(node), _endpoints[node]);

    private void Configure(int node, string members) => File.WriteAllText(ConfigOf(node), $"""
        [cluster]
        node_id = {node + 1}
        listen_address = "{_endpoints[node]}"
        initial_cluster = [{members}]
        db_root_dir = '{Path.Combine(_directory.FullName, "db")}'
        log_dir = '{Path.Combine(_directory.FullName, "logs")}'

        [raft.snapshot]
        max_log_entries_before_snapshot = {_state.EntriesBeforeSnapshot}
        max_log_bytes_before_snapshot = {LogBytesMax}
        retained_log_entries = {RetainedEntries}

        """);

    private async Task RestoreAllAsync(CancellationToken cancellation)
    {
        string file = Path.Combine(_directory.FullName, "state.snap");
        long begun = Stopwatch.GetTimestamp();
        long bytes = StateFile.Write(file, _state.Keys, _state.ValueBytes);
        GC.Collect();
        Console.WriteLine($"state of {_state.Keys:N0} keys made in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s: {bytes >> 20:N0} MiB as a snapshot");
        begun = Stopwatch.GetTimestamp();
        await RestoreAsync(file, cancellation);
        File.Delete(file);
        for (int i = 1; i < Nodes; i++)
        {
            Directory.CreateDirectory(DataOf(i));
            foreach (string path in Directory.GetFiles(DataOf(0))) File.Copy(path, Path.Combine(DataOf(i), Path.GetFileName(path)));
        }

        Console.WriteLine($"restored on one node and copied to the others in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s");
    }

    private async Task RestoreAsync(string file, CancellationToken cancellation)
    {
        string[] command = ["snapshot", "restore", file, "--config", ConfigOf(0)];
        using Process restore = Process.Start(new ProcessStartInfo(_state.Executable, command) { RedirectStandardOutput = true })!;
        try
        {
            await restore.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            restore.Kill();
            await restore.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        if (restore.ExitCode != 0) throw new IOException($"The state could not be restored: exit code {restore.ExitCode}.");
    }

    private async Task FindLeaderAsync(CancellationToken cancellation)
    {
        long begun = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(StartPatience);
        while (_leader < 0)
        {
            for (int i = 0; i < Nodes; i++)
            {
                _servers[i]!.ThrowIfEnded();
                if (await AskAsync(_endpoints[i], patience.Token) is { Leads: true }) _leader = i;
            }

            await Task.Delay(50, patience.Token);
        }

        Console.WriteLine($"all three started and a leader elected in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s; node {_leader + 1} leads");
    }
}
