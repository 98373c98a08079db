using System.Net;
using System.Text;
using System.Text.Json;

namespace DEngine.Server.Tests.Processes;

/// <summary>A real node on a real file system that is full, with snapshots and compaction on, as its callers see it.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int ValueBytes = 50_000;

    /// <summary>What snapshots leave free for the log.</summary>
    private const int ReserveBytes = 8 << 20;

    private const string Snapshots = """
        [raft.snapshot]
        max_log_entries_before_snapshot = 50
        retained_log_entries = 10
        """;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = RealCluster.Patience };

    public void Dispose() => _http.Dispose();

    [SmallDiskFact]
    public async Task A_full_disk_refuses_writes_clearly_serves_reads_and_goes_on_by_itself_when_there_is_room()
    {
        using RealCluster cluster = new(Snapshots, nodes: 1);
        SmallDisk disk = new(cluster.MakeDataOf(1), megabytes: 96);
        cluster.Start(1, disk.Around());
        await cluster.LeaderAsync();
        List<int> acknowledged = [];
        for (int i = 0; i < 120; i++) Assert.Equal(HttpStatusCode.OK, (await PutAsync(cluster, i, acknowledged)).Status);
        await UntilAsync(async () => await NumberAsync(cluster, 1, "snapshot_index") > 0);

        disk.Fill(cluster[1], leftBytes: 2 << 20);
        (HttpStatusCode Status, string Body) refused = await PutUntilAsync(cluster, acknowledged, HttpStatusCode.InsufficientStorage);
        JsonElement error = JsonDocument.Parse(refused.Body).RootElement;
        Assert.Equal("storage_full", error.GetProperty("error").GetString());
        Assert.Contains("Make room", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("The disk is full", cluster.LogOf(1), StringComparison.Ordinal);
        foreach (string path in (string[])["get?consistency=linearizable&key=k7", "healthz", "cluster"])
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri($"http://{cluster.Addresses[0]}/{path}"));
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        }

        string metrics = await _http.GetStringAsync(new Uri($"http://{cluster.Addresses[0]}/metrics"));
        Assert.Contains("dengine_storage_full{node_id=\"1\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("dengine_is_leader{node_id=\"1\"} 1\n", metrics, StringComparison.Ordinal);

        disk.MakeRoom(cluster[1]);
        await PutUntilAsync(cluster, acknowledged, HttpStatusCode.OK);
        long before = await NumberAsync(cluster, 1, "snapshot_index");
        for (int i = 0; i < 60; i++) Assert.Equal(HttpStatusCode.OK, (await PutAsync(cluster, i, acknowledged)).Status);
        await UntilAsync(async () => await NumberAsync(cluster, 1, "snapshot_index") > before);
        foreach (int key in acknowledged) Assert.Equal(HttpStatusCode.OK, await StatusAsync(cluster, $"get?key=k{key}"));
        Assert.True(cluster.HasLogged(1, "There is room for the log again"), cluster.LogOf(1));
    }

    [SmallDiskFact]
    public async Task A_node_that_starts_on_a_full_disk_serves_reads_and_goes_on_when_there_is_room()
    {
        using RealCluster cluster = new(Snapshots, nodes: 1);
        SmallDisk disk = new(cluster.MakeDataOf(1), megabytes: 64);
        cluster.Start(1, disk.Around(runsTwice: true));
        await cluster.LeaderAsync();
        List<int> acknowledged = [];
        for (int i = 0; i < 120; i++) Assert.Equal(HttpStatusCode.OK, (await PutAsync(cluster, i, acknowledged)).Status);
        disk.Fill(cluster[1], leftBytes: 0);
        await PutUntilAsync(cluster, acknowledged, HttpStatusCode.InsufficientStorage);

        await cluster[1].SignalChildAsync("KILL");
        await UntilAsync(async () => await StatusAsync(cluster, "get?consistency=eventual&key=k7") == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(cluster, "healthz"));

        disk.MakeRoom(cluster[1]);
        await cluster.LeaderAsync();
        await PutUntilAsync(cluster, acknowledged, HttpStatusCode.OK);
        foreach (int key in acknowledged) Assert.Equal(HttpStatusCode.OK, await StatusAsync(cluster, $"get?key=k{key}"));
    }

    [SmallDiskFact]
    public async Task A_snapshot_that_finds_no_room_does_not_take_the_logs()
    {
        using RealCluster cluster = new(Snapshots, nodes: 1);
        SmallDisk disk = new(cluster.MakeDataOf(1), megabytes: 96);
        cluster.Start(1, disk.Around());
        await cluster.LeaderAsync();
        List<int> acknowledged = [];
        for (int i = 0; i < 120; i++) await PutAsync(cluster, i, acknowledged);
        disk.Fill(cluster[1], leftBytes: ReserveBytes + (1 << 20));

        // Some 6 MB for the log, and several snapshots due: none of them may be seen by writers.
        for (int i = 0; i < 120; i++)
        {
            (HttpStatusCode status, string body) = await PutAsync(cluster, i, acknowledged);
            Assert.True(status == HttpStatusCode.OK, $"put {i}: {status} {body}");
        }

        Assert.Contains("No room for a snapshot", cluster.LogOf(1), StringComparison.Ordinal);
        Assert.DoesNotContain("The disk is full", cluster.LogOf(1), StringComparison.Ordinal);
    }

    [SmallDiskFact]
    public async Task A_follower_without_room_for_the_leaders_snapshot_says_so_and_takes_it_when_there_is()
    {
        using RealCluster cluster = new(Snapshots);
        SmallDisk disk = new(cluster.MakeDataOf(3), megabytes: 64);
        cluster.Start(1);
        cluster.Start(2);
        cluster.Start(3, disk.Around(runsTwice: true));
        await cluster.LeaderAsync();

        // It stands still while the others write more than they keep in their logs. When it starts again its log has room; a snapshot, of 2.5 MB at least,
        // has none. It must start again: on connections that live on it would be sent up to 16 MB of log, whatever the leader has dropped meanwhile.
        await cluster[3].SignalChildAsync("STOP");
        await cluster.LeaderAsync(other: 3);
        List<int> acknowledged = [];
        for (int i = 0; i < 300; i++) Assert.Equal(HttpStatusCode.OK, (await PutAsync(cluster, i, acknowledged)).Status);
        await UntilAsync(async () => await NumberAsync(cluster, 1, "first_index") > 1 && await NumberAsync(cluster, 2, "first_index") > 1);
        disk.Fill(cluster[3], leftBytes: ReserveBytes + (1 << 20));
        await cluster[3].SignalChildAsync("KILL");
        await UntilAsync(() => Task.FromResult(cluster.HasLogged(3, "No room for the leader's snapshot")));
        Assert.Equal(0, await NumberAsync(cluster, 3, "snapshot_index"));
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(cluster, 1, acknowledged)).Status);

        disk.MakeRoom(cluster[3]);
        await UntilAsync(async () => await NumberAsync(cluster, 3, "snapshot_index") > 0);
        foreach (int key in acknowledged.Distinct())
        {
            Uri get = new($"http://{cluster.Addresses[2]}/get?consistency=linearizable&key=k{key}");
            Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(get)).StatusCode);
        }
    }

    private async Task<(HttpStatusCode Status, string Body)> PutAsync(RealCluster cluster, int key, List<int> acknowledged)
    {
        using StringContent body = new($$"""{"key":"k{{key}}","value":"{{new string('v', ValueBytes)}}"}""", Encoding.UTF8);
        using HttpResponseMessage answer = await _http.PostAsync(new Uri($"http://{cluster.Addresses[0]}/put"), body);
        if (answer.StatusCode == HttpStatusCode.OK) acknowledged.Add(key);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The write on which the disk became full may be there or not; nothing else is ever answered.</summary>
    private async Task<(HttpStatusCode Status, string Body)> PutUntilAsync(RealCluster cluster, List<int> acknowledged, HttpStatusCode wanted)
    {
        DateTime deadline = DateTime.UtcNow + RealCluster.Patience;
        for (int key = 1000; DateTime.UtcNow < deadline; key++)
        {
            (HttpStatusCode Status, string Body) answer = await PutAsync(cluster, key, acknowledged);
            Assert.Contains(answer.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.InsufficientStorage, HttpStatusCode.GatewayTimeout]);
            if (answer.Status == wanted) return answer;
            if (wanted == HttpStatusCode.OK) await Task.Delay(50);
        }

        throw new TimeoutException($"no write was answered {wanted}");
    }

    /// <summary>503 also while nobody listens there.</summary>
    private async Task<HttpStatusCode> StatusAsync(RealCluster cluster, string path)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri($"http://{cluster.Addresses[0]}/{path}"));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return HttpStatusCode.ServiceUnavailable;
        }
    }

    private async Task<long> NumberAsync(RealCluster cluster, int node, string name)
    {
        using JsonDocument answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"http://{cluster.Addresses[node - 1]}/cluster")));
        return answer.RootElement.GetProperty(name).GetInt64();
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        DateTime deadline = DateTime.UtcNow + RealCluster.Patience;
        while (!await isSo())
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException("it did not come to that");
            await Task.Delay(50);
        }
    }
}
