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
