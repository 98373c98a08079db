using DEngine.Core;

namespace DEngine.Hosting.Tests.Engine;

public sealed class SnapshotTests
{
    private const int Keys = 400;

    [Fact]
    public async Task A_node_that_was_away_longer_than_the_log_reaches_gets_a_snapshot()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3, options =>
        {
            options.Snapshot.MaxLogEntriesBeforeSnapshot = 50;
            options.Snapshot.RetainedLogEntries = 10;
            options.Snapshot.ChunkSizeBytes = 1024;
        });
        int away = (int)cluster.Running.First(engine => !engine.IsLeader).NodeId;
        await cluster.StopNodeAsync(away);
        await PutAsync(cluster, "first");
        await PutAsync(cluster, "second");
        EmbeddedEngine leader = await cluster.LeaderAsync();
        await UntilAsync(() => leader.Metrics is { SnapshotIndex: > Keys, FirstIndex: > Keys / 2 });

        EmbeddedEngine back = await cluster.StartNodeAsync(away);
        await UntilAsync(() => back.Metrics.AppliedIndex >= leader.Metrics.AppliedIndex);
        Assert.Contains(cluster.Loggers.LinesOf("DEngine.Engine"), line => line.Contains("Received a snapshot", StringComparison.Ordinal));
        ScanPage page = await back.Client.ScanAsync("", limit: Keys + 1, consistency: ReadConsistency.Eventual);
        Assert.Equal(Keys, page.Entries.Count);
        Assert.All(page.Entries, entry => Assert.Equal("second", entry.ValueText));
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task A_restart_begins_at_the_snapshot_and_loses_nothing()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1, options =>
        {
            options.Snapshot.MaxLogEntriesBeforeSnapshot = 100;
            options.Snapshot.RetainedLogEntries = 0;
        });
        await PutAsync(cluster, "kept");
        await UntilAsync(() => cluster.Any.Metrics.FirstIndex > 1);
        await cluster.StopNodeAsync(1);
        EmbeddedEngine again = await cluster.StartNodeAsync(1);
        await again.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        Assert.True(again.Metrics.FirstIndex > 1 && again.Metrics.SnapshotBytes > 0);
        Assert.Equal(Keys, (await again.Client.ScanAsync("", limit: Keys + 1)).Entries.Count);
        await again.Client.PutAsync("one more", "1");
        Assert.Empty(cluster.Fatal);
    }

    private static async Task PutAsync(EngineCluster cluster, string value) =>
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => cluster.Any.Client.PutAsync($"key{i:000}", value).AsTask())).WaitAsync(EngineCluster.Patience);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        while (!condition()) await Task.Delay(10, patience.Token);
    }
}
