using System.Globalization;

namespace DEngine.Hosting.Tests.Engine;

/// <summary>A data directory is gone, and the node is back under its number (Z4): on real files and sockets.</summary>
public sealed class ReplacementTests
{
    [Fact]
    public async Task A_node_whose_directory_was_wiped_counts_for_nothing_until_it_is_replaced()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        await cluster.Any.Client.PutAsync("a", "1");
        EmbeddedEngine leader = cluster.Running.First(engine => engine.IsLeader);
        uint wiped = cluster.Running.First(engine => !engine.IsLeader).NodeId;
        await Assert.ThrowsAsync<InvalidRequestException>(() => leader.ReplaceMemberAsync(wiped));
        await Assert.ThrowsAsync<InvalidRequestException>(() => leader.ReplaceMemberAsync(9));
        await Assert.ThrowsAsync<InvalidRequestException>(() => leader.ReplaceMemberAsync(leader.NodeId));

        await cluster.StopNodeAsync((int)wiped);
        string root = cluster.OptionsOf((int)wiped).Cluster.DbRootDir;
        Directory.Delete(Path.Combine(root, wiped.ToString(CultureInfo.InvariantCulture)), recursive: true);
        EmbeddedEngine back = await cluster.StartNodeAsync((int)wiped);
        await UntilAsync(() => cluster.Loggers.LinesOf("DEngine.Engine").Any(line => line.Contains("by another data directory", StringComparison.Ordinal)));
        Assert.Equal(0, back.Metrics.AppliedIndex);

        leader = cluster.Running.First(engine => engine.IsLeader);
        await leader.ReplaceMemberAsync(wiped);
        await UntilAsync(() => back.Metrics.AppliedIndex > 0 && back.Metrics.AppliedIndex >= leader.Metrics.AppliedIndex);

        // Its vote counts again: without the third of them it is needed.
        uint third = cluster.Running.First(engine => engine != leader && engine != back).NodeId;
        await cluster.StopNodeAsync((int)third);
        await back.Client.PutAsync("b", "2").AsTask().WaitAsync(EngineCluster.Patience);
        Assert.Empty(cluster.Fatal);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        while (!condition()) await Task.Delay(10, patience.Token);
    }
}
