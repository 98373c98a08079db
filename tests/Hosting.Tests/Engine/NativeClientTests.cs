using DEngine.Core;

namespace DEngine.Hosting.Tests.Engine;

public sealed class NativeClientTests
{
    [Fact]
    public async Task The_native_client_does_what_the_embedded_one_does_on_any_node()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        for (int node = 1; node <= 3; node++)
        {
            await using DEngineClient client = DEngineClient.Connect(cluster.EndpointOf(node));
            string key = $"key{node}";
            Assert.Null(await client.GetAsync(key));
            long revision = await client.PutAsync(key, "1");
            foreach (ReadConsistency consistency in Enum.GetValues<ReadConsistency>())
            {
                if (consistency == ReadConsistency.Eventual) await client.GetAsync(key, ReadConsistency.Linearizable);
                KeyValueEntry entry = (await client.GetAsync(key, consistency))!.Value;
                Assert.Equal((key, "1", revision), (entry.KeyText, entry.ValueText, entry.Revision));
            }

            Assert.True((await client.CompareAndSwapAsync(key, "1", "2")).Succeeded);
            Assert.False((await client.CompareAndSwapAsync(key, "1", "3")).Succeeded);
            Assert.False((await client.DeleteAsync("nothing")).Succeeded);
            byte[] large = new byte[1 << 20];
            Random.Shared.NextBytes(large);
            await client.PutAsync("large"u8.ToArray(), large);
            Assert.True((await client.GetAsync("large"u8.ToArray()))!.Value.Value.Span.SequenceEqual(large));
            Assert.Equal((uint)node, client.ConnectedNode);
        }

        await using DEngineClient scanner = DEngineClient.Connect(cluster.EndpointOf(2));
        ScanPage page = await scanner.ScanAsync("key", limit: 2);
        Assert.True(page.More);
        ScanPage rest = await scanner.ScanAsync("key", page.Entries[^1].KeyText);
        Assert.Equal(["key1", "key2", "key3"], page.Entries.Concat(rest.Entries).Select(entry => entry.KeyText));
        Assert.False(rest.More);
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task Increments_are_applied_once_while_the_connected_node_is_stopped_and_comes_back()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        var options = new DEngineClientOptions
        {
            Endpoints = [cluster.EndpointOf(1), cluster.EndpointOf(2), cluster.EndpointOf(3)],
            RequestTimeout = TimeSpan.FromSeconds(30),
        };
        await using var client = new DEngineClient(options);
        await client.PutAsync("counter", "0");
        int acknowledged = 0;
        using var done = new CancellationTokenSource();
        Task counting = Task.Run(async () =>
        {
            // One writer: each compare-and-swap must succeed, unless a repeat of it was applied a second time.
            while (!done.IsCancellationRequested)
            {
                Assert.True((await client.CompareAndSwapAsync("counter", $"{acknowledged}", $"{acknowledged + 1}")).Succeeded);
                acknowledged++;
            }
        });

        for (int round = 0; round < 3; round++)
        {
            int node;
            while (client.ConnectedNode is not { } connected || cluster.Engines[connected - 1] is null) await Task.Delay(5);
            node = (int)client.ConnectedNode!.Value;
            int before = Volatile.Read(ref acknowledged);
            await cluster.StopNodeAsync(node);
            while (Volatile.Read(ref acknowledged) < before + 20 && !counting.IsCompleted) await Task.Delay(5);
            await cluster.StartNodeAsync(node);
            await cluster.Engines[node - 1]!.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        }

        await done.CancelAsync();
        await counting.WaitAsync(EngineCluster.Patience);
        Assert.Equal($"{acknowledged}", (await client.GetAsync("counter"))!.Value.ValueText);
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task Many_requests_share_a_connection()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1);
        await using DEngineClient client = DEngineClient.Connect(cluster.EndpointOf(1));
        await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => client.PutAsync($"k{i}", $"{i}").AsTask())).WaitAsync(EngineCluster.Patience);
        KeyValueEntry?[] read = await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => client.GetAsync($"k{i}").AsTask()))
            .WaitAsync(EngineCluster.Patience);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"{i}"), read.Select(entry => entry!.Value.ValueText));
    }

    [Fact]
    public async Task Without_a_cluster_requests_end_with_no_leader_and_limits_are_kept_before_anything_is_sent()
    {
        var options = new DEngineClientOptions { Endpoints = ["127.0.0.1:1"], RequestTimeout = TimeSpan.FromMilliseconds(200) };
        await using var client = new DEngineClient(options);
        await Assert.ThrowsAsync<NoLeaderException>(async () => await client.PutAsync("a", "1"));
        await Assert.ThrowsAsync<NoLeaderException>(async () => await client.GetAsync("a"));
        await Assert.ThrowsAsync<InvalidRequestException>(async () => await client.PutAsync(new byte[5000], new byte[1]));
        Assert.Throws<ArgumentException>(() => DEngineClient.Connect("nonsense"));
        Assert.Throws<ArgumentException>(() => DEngineClient.Connect());
    }
}
