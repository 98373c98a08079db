using System.Diagnostics;
using System.Text.Json;
using DEngine.Server.Tests.Processes;
using DEngine.Simulation.Checking;

namespace DEngine.Server.Tests.Rounds;

/// <summary>Three real nodes under load from eight clients; nodes are killed as kill -9 does and started again. Says what it does as it goes.</summary>
internal sealed class RoundsRun : IAsyncDisposable
{
    private static readonly int[] Nodes = [1, 2, 3];

    private readonly RoundsPlan _plan;
    private readonly Action<string> _say;
    private readonly Random _faults;
    private readonly RealCluster _cluster = new();
    private readonly SharedHistory _history = new();
    private readonly List<IStoreClient> _ways = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public RoundsRun(RoundsPlan plan, Action<string> say)
    {
        _plan = plan;
        _say = say;
        _faults = new Random(plan.Seed);
    }

    /// <summary>The whole run; the history is in <paramref name="historyPath"/> then.</summary>
    public async Task<Judgement> RunAsync(string historyPath)
    {
        long start = Stopwatch.GetTimestamp();
        string victims = _plan.Victims switch { null => "one node or two", 1 => "one node", _ => "a majority" };
        _say($"seed {_plan.Seed}: {_plan.Rounds} rounds of kill -9 of {victims}, {_plan.KillAllRounds} of all three, 8 clients");
        foreach (int node in Nodes) _cluster.Start(node);
        _ = await _cluster.LeaderAsync();
        LoadClient[] clients = Connect();
        using CancellationTokenSource stop = new();
        Task load = Task.WhenAll(clients.Select(client => Task.Run(() => client.RunAsync(stop.Token))));
        for (int round = 1; round <= _plan.Rounds + _plan.KillAllRounds; round++)
        {
            await RoundAsync(round, load);
        }

        await stop.CancelAsync();
        await load.WaitAsync(RealCluster.Patience);
        TimeSpan loaded = Stopwatch.GetElapsedTime(start);
        await Task.WhenAll(clients.Select((client, i) => client.ReadAllAsync(_history.Keys.Where((_, k) => k % clients.Length == i))));
        List<IReadOnlyDictionary<string, string>> found = [];
        foreach (int node in Nodes) found.Add(await ScanAsync(node));

        _history.WriteTo(historyPath);
        long judging = Stopwatch.GetTimestamp();
        Judgement judgement = Judgement.Of(historyPath, _history.Acknowledged, found);
        _say($"{_history.CountOf(HistoryEventType.Invoke)} operations in {loaded.TotalSeconds:0.0} s: {_history.CountOf(HistoryEventType.Ok)} ok, "
            + $"{_history.CountOf(HistoryEventType.Fail)} fail, {_history.CountOf(HistoryEventType.Info)} unknown");
        _say($"{_history.Acknowledged.Count} keys were written once and acknowledged; lost at any of the nodes: {judgement.Lost.Count}");
        _say($"{judgement} (judged in {Stopwatch.GetElapsedTime(judging).TotalSeconds:0.0} s)");
        return judgement;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IStoreClient way in _ways) await way.DisposeAsync();
        _http.Dispose();
        _cluster.Dispose();
    }

    /// <summary>Two that know every node, and for each node one native client and one over HTTP that talk to it alone.</summary>
    private LoadClient[] Connect()
    {
        IReadOnlyList<string> all = _cluster.Addresses;
        _ways.Add(new NativeStoreClient(all, TimeSpan.FromSeconds(5)));
        _ways.Add(new NativeStoreClient(all, TimeSpan.FromSeconds(1)));
        foreach (string one in all)
        {
            _ways.Add(new NativeStoreClient([one], TimeSpan.FromSeconds(2)));
            _ways.Add(new HttpStoreClient(one));
        }
        return [.. _ways.Select((way, process) => new LoadClient(process, (_plan.Seed * 31) + process, way, _history))];
    }

    private async Task RoundAsync(int round, Task load)
    {
        int[] victims = round <= _plan.Rounds ? Draw(_plan.Victims ?? _faults.Next(1, 3)) : Nodes;
        int underLoad = _faults.Next(300, 900);
        int down = _faults.Next(100, 1600);
        await Task.Delay(underLoad);
        int leader = await _cluster.LeaderAsync();
        Task<TimeSpan> firstWrite = _history.FirstWriteFromNow();
        await Task.WhenAll(victims.Select(victim => _cluster[victim].KillAsync()));
        await Task.Delay(down);

        long restarted = Stopwatch.GetTimestamp();
        foreach (int victim in victims) _cluster.Start(victim);
        await Task.WhenAll(victims.Select(ReadyAsync));
        TimeSpan ready = Stopwatch.GetElapsedTime(restarted);
        if (await Task.WhenAny(firstWrite, load).WaitAsync(RealCluster.Patience) == load) await load;

        string ids = victims.Length == Nodes.Length ? "all three" : $"node {string.Join(" and ", victims)}";
        string who = victims.Length < Nodes.Length && victims.Contains(leader) ? $"{ids}, the leader {(victims.Length > 1 ? "among them" : "")}".TrimEnd() : ids;
        _say($"round {round}/{_plan.Rounds + _plan.KillAllRounds}: killed {who}; first write {(await firstWrite).TotalMilliseconds:0} ms after; "
            + $"restarted after {down} ms, ready in {ready.TotalMilliseconds:0} ms; {_history.CountOf(HistoryEventType.Ok)} ok so far");
    }

    private int[] Draw(int count)
    {
        int[] nodes = [.. Nodes];
        _faults.Shuffle(nodes);
        Array.Sort(nodes, 0, count);
        return nodes[..count];
    }

    private async Task ReadyAsync(int node)
    {
        using CancellationTokenSource patience = new(RealCluster.Patience);
        Uri readyz = new($"http://{_cluster.Addresses[node - 1]}/readyz");
        while (true)
        {
            try
            {
                using HttpResponseMessage response = await _http.GetAsync(readyz, patience.Token);
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Every key that is written once, as one node answers for the cluster.</summary>
    private async Task<IReadOnlyDictionary<string, string>> ScanAsync(int node)
    {
        Dictionary<string, string> found = new(StringComparer.Ordinal);
        string after = "";
        while (true)
        {
            Uri page = new($"http://{_cluster.Addresses[node - 1]}/scan?prefix=unique/&limit=1000{after}");
            using JsonDocument answer = JsonDocument.Parse(await _http.GetStringAsync(page));
            foreach (JsonElement entry in answer.RootElement.GetProperty("entries").EnumerateArray())
            {
                string key = entry.GetProperty("key").GetString()!;
                found.Add(key, entry.GetProperty("value").GetString()!);
                after = $"&after={key}";
            }
            if (!answer.RootElement.GetProperty("more").GetBoolean()) return found;
        }
    }
}
