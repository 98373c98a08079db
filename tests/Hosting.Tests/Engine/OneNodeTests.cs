using DEngine.Configuration;
using DEngine.Core;

namespace DEngine.Hosting.Tests.Engine;

public sealed class OneNodeTests
{
    [Fact]
    public async Task A_node_alone_does_everything_and_finds_it_again_after_a_restart()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1);
        IKeyValueClient client = cluster.Any.Client;
        long first = await client.PutAsync("a", "1");
        Assert.True(await client.PutAsync("b", "") > first);
        Assert.True((await client.CompareAndSwapAsync("a", "1", "2")).Succeeded);
        Assert.False((await client.CompareAndSwapAsync("a", "1", "3")).Succeeded);
        Assert.False((await client.CompareAndSwapAsync("a", null, "3")).Succeeded);
        Assert.True((await client.CompareAndSwapAsync("c", null, "3")).Succeeded);
        Assert.True((await client.DeleteAsync("b")).Succeeded);
        Assert.False((await client.DeleteAsync("b")).Succeeded);
        Assert.Null(await client.GetAsync("b"));

        await cluster.StopNodeAsync(1);
        await Assert.ThrowsAsync<NotReadyException>(async () => await client.PutAsync("a", "late"));
        await Assert.ThrowsAsync<NotReadyException>(async () => await client.GetAsync("a"));
        EmbeddedEngine again = await cluster.StartNodeAsync(1);
        await again.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        ScanPage page = await again.Client.ScanAsync("");
        Assert.Equal(["a=2", "c=3"], page.Entries.Select(entry => $"{entry.KeyText}={entry.ValueText}"));
        Assert.Contains(cluster.Loggers.LinesOf("DEngine.Engine"), line => line.StartsWith("[Node 1] Recovered: term ", StringComparison.Ordinal));
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task A_scan_goes_on_where_the_page_before_ended()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1);
        IKeyValueClient client = cluster.Any.Client;
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => client.PutAsync($"k{i:00}", $"{i}").AsTask()));
        await client.PutAsync("other", "x");
        var found = new List<string>();
        ScanPage page;
        string? after = null;
        do
        {
            page = await client.ScanAsync("k", after, limit: 10);
            found.AddRange(page.Entries.Select(entry => entry.KeyText));
            after = found[^1];
        }
        while (page.More);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"k{i:00}"), found);
    }

    [Fact]
    public async Task A_log_in_memory_needs_no_directory_and_forgets()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1, options => options.Storage.Log = LogStorageKind.Memory);
        await cluster.Any.Client.PutAsync("a", "1");
        await cluster.StopNodeAsync(1);
        EmbeddedEngine again = await cluster.StartNodeAsync(1);
        await again.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        Assert.Null(await again.Client.GetAsync("a"));
        Assert.Contains(cluster.Loggers.LinesOf("DEngine.Engine"), line => line.Contains("storage.log: memory forgets", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_metrics_and_role_lines_tell_the_same_story()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1);
        await cluster.Any.Client.PutAsync("a", "1");
        await cluster.Any.Client.GetAsync("a", ReadConsistency.Eventual);
        await cluster.Any.Client.GetAsync("a", ReadConsistency.Linearizable);
        EngineStatus status = await cluster.Any.GetStatusAsync();
        Assert.Equal((1u, "leader", 1L, 1u), (status.NodeId, status.Role, status.Term, status.LeaderId));
        Assert.True(status.AppliedIndex <= status.CommitIndex && status.CommitIndex <= status.LastIndex);
        Assert.Equal(("leader", "active", 0L), (status.Members.Single().Role, status.Members[0].Status, status.Members[0].Lag));

        EngineMetrics metrics = cluster.Any.Metrics;
        Assert.True(metrics.IsLeader);
        Assert.Equal((1L, status.LastIndex, 1L), (metrics.Term, metrics.LastIndex, metrics.Proposals));
        Assert.Equal(1, metrics.ReadsOf(ReadConsistency.Eventual));
        Assert.True(metrics.DiskSyncs > 0);
        Assert.Equal(
            ["[Node 1] Follower → Candidate (term 1)", "[Node 1] Candidate → Leader (term 1)", "[Node 1] Became leader (term 1)"],
            cluster.Loggers.LinesOf("DEngine.Roles"));
    }

    [Fact]
    public async Task Limits_are_kept_before_anything_is_sent()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1);
        IKeyValueClient client = cluster.Any.Client;
        long before = (await cluster.Any.GetStatusAsync()).LastIndex;
        Assert.Equal(ErrorCodes.InvalidRequest, (await Assert.ThrowsAsync<InvalidRequestException>(async () => await client.PutAsync("", "v"))).Code);
        await Assert.ThrowsAsync<InvalidRequestException>(async () => await client.GetAsync(""));
        await Assert.ThrowsAsync<InvalidRequestException>(async () => await client.ScanAsync("", limit: 0));
        await RefusedAsTooLargeAsync(async () => await client.PutAsync(new byte[4097], new byte[1]));
        await RefusedAsTooLargeAsync(async () => await client.PutAsync(new byte[1], new byte[(1 << 20) + 1]));
        await RefusedAsTooLargeAsync(async () => await client.CompareAndSwapAsync(new byte[1], new byte[(1 << 20) + 1], new byte[1]));
        Assert.Equal(before, (await cluster.Any.GetStatusAsync()).LastIndex);

        byte[] largestKey = [.. Enumerable.Repeat((byte)7, 4096)];
        byte[] largestValue = new byte[1 << 20];
        Random.Shared.NextBytes(largestValue);
        await client.PutAsync(largestKey, largestValue);
        Assert.True((await client.CompareAndSwapAsync(largestKey, largestValue, largestValue)).Succeeded);
        Assert.True((await client.GetAsync(largestKey))!.Value.Value.Span.SequenceEqual(largestValue));
    }

    [Fact]
    public async Task A_cancelled_write_ends_as_unknown_and_a_cancelled_read_as_cancelled()
    {
        // Alone of three: nothing can be committed.
        await using var cluster = new EngineCluster(3);
        EmbeddedEngine lonely = await cluster.StartNodeAsync(1);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAsync<UnknownOutcomeException>(async () => await lonely.Client.PutAsync("a", "1", soon.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await lonely.Client.PutAsync("a", "1", soon.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await lonely.Client.GetAsync("a", cancellation: soon.Token));
        Assert.Null(await lonely.Client.GetAsync("a", ReadConsistency.Eventual));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lonely.WaitReadyAsync(soon.Token));
    }

    [Fact]
    public async Task Without_a_majority_requests_end_with_no_leader()
    {
        await using var cluster = new EngineCluster(3);
        DEngineOptions options = cluster.OptionsOf(1);
        await using EmbeddedEngine lonely = await EmbeddedEngine.StartAsync(options, new EngineServices { RequestTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(ErrorCodes.NoLeader, (await Assert.ThrowsAsync<NoLeaderException>(async () => await lonely.Client.PutAsync("a", "1"))).Code);
        await Assert.ThrowsAsync<NoLeaderException>(async () => await lonely.Client.GetAsync("a"));
    }

    private static async Task RefusedAsTooLargeAsync(Func<Task> request) =>
        Assert.Equal(ErrorCodes.TooLarge, (await Assert.ThrowsAsync<InvalidRequestException>(request)).Code);
}
