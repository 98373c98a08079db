using DEngine.Core;

namespace DEngine.Hosting.Tests.Engine;

public sealed class ThreeNodesTests
{
    [Fact]
    public async Task Three_nodes_elect_write_and_read_on_any_of_them()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        int n = 0;
        foreach (EmbeddedEngine writer in cluster.Running)
        {
            string key = $"key{++n}";
            long revision = await writer.Client.PutAsync(key, $"value{n}");
            foreach (EmbeddedEngine reader in cluster.Running)
            {
                foreach (ReadConsistency consistency in new[] { ReadConsistency.Linearizable, ReadConsistency.Lease })
                {
                    KeyValueEntry? entry = await reader.Client.GetAsync(key, consistency);
                    Assert.Equal(($"value{n}", revision), (entry!.Value.ValueText, entry.Value.Revision));
                }

                // Whatever this node has: after a linearizable read on the same node, at least that.
                Assert.Equal($"value{n}", (await reader.Client.GetAsync(key, ReadConsistency.Eventual))!.Value.ValueText);
            }
        }

        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task What_was_acknowledged_survives_a_stopped_leader_and_a_restart_of_all()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => cluster.Any.Client.PutAsync($"a{i:00}", "1").AsTask()));

        EmbeddedEngine leader = await cluster.LeaderAsync();
        await cluster.StopNodeAsync((int)leader.NodeId);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => cluster.Any.Client.PutAsync($"b{i:00}", "2").AsTask()));
        Assert.NotEqual(leader.NodeId, (await cluster.LeaderAsync()).NodeId);

        foreach (int node in cluster.Running.Select(engine => (int)engine.NodeId).ToArray()) await cluster.StopNodeAsync(node);
        for (int node = 1; node <= 3; node++) await cluster.StartNodeAsync(node);
        foreach (EmbeddedEngine engine in cluster.Running)
        {
            await engine.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
            ScanPage page = await engine.Client.ScanAsync("");
            Assert.Equal(100, page.Entries.Count);
            Assert.False(page.More);
        }

        Assert.Empty(cluster.Fatal);
    }
}
