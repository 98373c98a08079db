using System.Diagnostics;
using DEngine.Server.Tests.CommandLine;
using Xunit.Abstractions;

namespace DEngine.Server.Tests.Processes;

public sealed class FailoverTests(ITestOutputHelper output)
{
    private const int Writes = 20;

    [Fact]
    public async Task What_was_acknowledged_is_there_after_the_leader_was_killed_and_has_come_back()
    {
        using RealCluster cluster = new();
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        int leader = await cluster.LeaderAsync();
        await WriteAsync(cluster, "before");

        long start = Stopwatch.GetTimestamp();
        await cluster[leader].KillAsync();
        Assert.Equal(0, (await PutUntilKnownAsync(cluster, "between", "v")).ExitCode);
        output.WriteLine($"first write {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms after kill -9 of the leader");
        int second = await cluster.LeaderAsync(other: leader);
        await WriteAsync(cluster, "after");

        cluster.Start(leader);
        await ReadBackAsync(cluster, "before");
        await ReadBackAsync(cluster, "after");
        Assert.Contains($"[Node {second}] Became leader (term", cluster.LogOf(second), StringComparison.Ordinal);

        // The node that came back stands in for another one: it has everything that it missed.
        await cluster[second].KillAsync();
        await ReadBackAsync(cluster, "before");
        await ReadBackAsync(cluster, "after");
    }

    [Fact]
    public async Task A_node_that_is_asked_to_stop_hands_over_and_ends_with_exit_code_0()
    {
        using RealCluster cluster = new();
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        int leader = await cluster.LeaderAsync();
        await WriteAsync(cluster, "before");

        Assert.Equal(0, await cluster[leader].TerminateAsync());
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, (await PutUntilKnownAsync(cluster, "between", "v")).ExitCode);
        output.WriteLine($"first write {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms after the leader had stopped");
        await ReadBackAsync(cluster, "before");
        Assert.DoesNotContain("   at ", cluster[leader].Said, StringComparison.Ordinal);
        Assert.Contains($"node {leader} listens on", cluster[leader].Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_leader_is_asked_to_stop_every_write_at_the_others_succeeds()
    {
        using RealCluster cluster = new();
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        int leader = await cluster.LeaderAsync();
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = RealCluster.Patience };
        using CancellationTokenSource stop = new();
        Task<TimeSpan>[] writers = [.. cluster.Addresses.Where((_, i) => i != leader - 1).Select(address => PutUntilStoppedAsync(http, address, stop.Token))];
        await Task.Delay(500);
        Assert.Equal(0, await cluster[leader].TerminateAsync());
        await Task.Delay(500);
        await stop.CancelAsync();
        foreach (Task<TimeSpan> writer in writers) output.WriteLine($"the longest write took {(await writer).TotalMilliseconds:0} ms");
    }

    /// <summary>One write after another; how long the longest of them took.</summary>
    private static async Task<TimeSpan> PutUntilStoppedAsync(HttpClient http, string address, CancellationToken stop)
    {
        TimeSpan longest = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            using StringContent body = new($$"""{"key":"{{address}}","value":"v"}""");
            using HttpResponseMessage put = await http.PostAsync(new Uri($"http://{address}/put"), body, CancellationToken.None);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(CancellationToken.None));
            if (Stopwatch.GetElapsedTime(start) > longest) longest = Stopwatch.GetElapsedTime(start);
        }
        return longest;
    }

    private static async Task WriteAsync(RealCluster cluster, string prefix)
    {
        for (int i = 0; i < Writes; i++)
        {
            Session put = await PutUntilKnownAsync(cluster, $"{prefix}/{i}", $"value {i}");
            Assert.True(put.ExitCode == 0, put.Error);
        }
    }

    /// <summary>The same value may be written again when nobody knows whether it was.</summary>
    private static async Task<Session> PutUntilKnownAsync(RealCluster cluster, string key, string value)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            Session put = await cluster.Run("put", key, value);
            if (put.ExitCode != 3 || Stopwatch.GetElapsedTime(start) > RealCluster.Patience) return put;
        }
    }

    private static async Task ReadBackAsync(RealCluster cluster, string prefix)
    {
        for (int i = 0; i < Writes; i++)
        {
            Session get = await cluster.Run("get", $"{prefix}/{i}", "--consistency", "linearizable");
            Assert.True(get.Out == $"value {i}{Environment.NewLine}", $"{prefix}/{i}: {get.Out}{get.Error}");
        }
    }
}
