using DEngine.Configuration;
using DEngine.Core;

namespace DEngine.Hosting.Tests.Engine;

/// <summary>Nodes whose log and state are on FASTER.</summary>
public sealed class FasterStorageTests
{
    private const int Keys = 300;

    [Fact]
    public async Task A_node_alone_does_everything_and_finds_it_again_after_a_restart()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1, OnFaster);
        IKeyValueClient client = cluster.Any.Client;
        await client.PutAsync("a", "1");
        await client.PutAsync("b", "");
        Assert.True((await client.CompareAndSwapAsync("a", "1", "2")).Succeeded);
        Assert.False((await client.CompareAndSwapAsync("a", "1", "3")).Succeeded);
        Assert.True((await client.DeleteAsync("b")).Succeeded);
        Assert.Null(await client.GetAsync("b"));

        await cluster.StopNodeAsync(1);
        await Assert.ThrowsAsync<NotReadyException>(async () => await client.GetAsync("a"));
        await Assert.ThrowsAsync<NotReadyException>(async () => await client.GetAsync("a", ReadConsistency.Eventual));
        await Assert.ThrowsAsync<NotReadyException>(async () => await client.ScanAsync("", consistency: ReadConsistency.Eventual));
        EmbeddedEngine again = await cluster.StartNodeAsync(1);
        await again.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        Assert.Equal(["a=2"], (await again.Client.ScanAsync("")).Entries.Select(entry => $"{entry.KeyText}={entry.ValueText}"));
        Assert.Contains(cluster.Loggers.LinesOf("DEngine.Engine"), line => line.Contains("log on FASTER in ", StringComparison.Ordinal)
            && line.Contains("state on FASTER", StringComparison.Ordinal));
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task Three_nodes_fail_over_and_one_that_was_away_gets_a_snapshot()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3, options =>
        {
            OnFaster(options);
            options.Snapshot.MaxLogEntriesBeforeSnapshot = 50;
            options.Snapshot.RetainedLogEntries = 10;
            options.Snapshot.ChunkSizeBytes = 1024;
        });
        int away = (int)(await cluster.LeaderAsync()).NodeId;
        await cluster.StopNodeAsync(away);
        await PutAsync(cluster, "first");
        await PutAsync(cluster, "second");
        EmbeddedEngine leader = await cluster.LeaderAsync();
        await UntilAsync(() => leader.Metrics is { SnapshotIndex: > Keys, FirstIndex: > Keys / 2 });

        EmbeddedEngine back = await cluster.StartNodeAsync(away);
        await UntilAsync(() => back.Metrics.AppliedIndex >= leader.Metrics.AppliedIndex);
        ScanPage page = await back.Client.ScanAsync("", limit: Keys + 1, consistency: ReadConsistency.Eventual);
        Assert.Equal(Keys, page.Entries.Count);
        Assert.All(page.Entries, entry => Assert.Equal("second", entry.ValueText));
        Assert.Empty(cluster.Fatal);
    }

    /// <summary>The same snapshots, to the byte: a cluster may change its state machines over one node at a time.</summary>
    [Theory]
    [InlineData(StateMachineKind.Memory, StateMachineKind.Faster)]
    [InlineData(StateMachineKind.Faster, StateMachineKind.Memory)]
    public async Task A_node_may_come_back_with_the_other_state_machine(StateMachineKind before, StateMachineKind after)
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1, options =>
        {
            options.Storage.StateMachine = before;
            options.Snapshot.MaxLogEntriesBeforeSnapshot = 100;
            options.Snapshot.RetainedLogEntries = 0;
        });
        await PutAsync(cluster, "kept");
        await UntilAsync(() => cluster.Any.Metrics.FirstIndex > 1);
        await cluster.StopNodeAsync(1);
        EmbeddedEngine again = await cluster.StartNodeAsync(1, options => options.Storage.StateMachine = after);
        await again.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        Assert.Equal(Keys, (await again.Client.ScanAsync("", limit: Keys + 1)).Entries.Count);
        Assert.Empty(cluster.Fatal);
    }

    [Theory]
    [InlineData(LogStorageKind.Wal, LogStorageKind.Faster, "a write-ahead log")]
    [InlineData(LogStorageKind.Faster, LogStorageKind.Wal, "a log on FASTER")]
    public async Task A_directory_with_a_log_of_the_other_kind_is_refused_and_left_as_it_is(LogStorageKind before, LogStorageKind after, string found)
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1, options => options.Storage.Log = before);
        await cluster.Any.Client.PutAsync("a", "1");
        await cluster.StopNodeAsync(1);
        IOException refused = await Assert.ThrowsAsync<IOException>(() => cluster.StartNodeAsync(1, options => options.Storage.Log = after));
        Assert.Contains(found, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Set storage.log", refused.Message, StringComparison.Ordinal);

        EmbeddedEngine again = await cluster.StartNodeAsync(1);
        await again.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        Assert.Equal("1", (await again.Client.GetAsync("a"))?.ValueText);
    }

    [Fact]
    public async Task A_damaged_log_is_refused_with_a_reason()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1, OnFaster);
        await PutAsync(cluster, "value");
        await cluster.StopNodeAsync(1);
        string segment = Directory.GetFiles(Path.Combine(cluster.OptionsOf(1).Cluster.DbRootDir, "1"), "faster-log.*.seg").Single();
        using (FileStream file = File.Open(segment, FileMode.Open))
        {
            file.Position = 5000;
            file.Write(new byte[512]);
        }

        StorageDamagedException damaged = await Assert.ThrowsAsync<StorageDamagedException>(() => cluster.StartNodeAsync(1));
        Assert.Contains("address", damaged.Message, StringComparison.Ordinal);
        Assert.Contains("as a new member", damaged.Message, StringComparison.Ordinal);
    }

    private static void OnFaster(DEngineOptions options) =>
        options.Storage = new StorageOptions { Log = LogStorageKind.Faster, StateMachine = StateMachineKind.Faster };

    private static async Task PutAsync(EngineCluster cluster, string value) =>
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => cluster.Any.Client.PutAsync($"key{i:000}", value).AsTask())).WaitAsync(EngineCluster.Patience);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        while (!condition()) await Task.Delay(10, patience.Token);
    }
}
