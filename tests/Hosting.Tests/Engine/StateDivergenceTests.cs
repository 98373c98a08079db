using System.Runtime.InteropServices;
using DEngine.Core;

namespace DEngine.Hosting.Tests.Engine;

/// <summary>A bit turns over in one engine's memory (S2): what applications and operators see of it.</summary>
public sealed class StateDivergenceTests
{
    [Fact]
    public async Task Of_three_nodes_the_one_whose_state_went_wrong_stops_and_the_others_serve_on()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        await cluster.Any.Client.PutAsync("k", "1");
        EmbeddedEngine leader = await cluster.LeaderAsync();
        EmbeddedEngine wrong = cluster.Running.First(engine => engine != leader);
        await TurnAsync(wrong, "k");
        await leader.Client.PutAsync("k", "2");
        await wrong.Completion.WaitAsync(EngineCluster.Patience);
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        while (cluster.Fatal.IsEmpty) await Task.Delay(10, patience.Token);
        StateDivergedException reason = Assert.IsType<StateDivergedException>(Assert.Single(cluster.Fatal));
        Assert.StartsWith("Applying the log up to entry", reason.Message, StringComparison.Ordinal);
        Assert.Contains($"node {wrong.NodeId}", reason.Message, StringComparison.Ordinal);
        Assert.True(await leader.Client.PutAsync("k", "3") > 0);
        EngineStatus status = await leader.GetStatusAsync();
        Assert.Equal(0, status.DoubtIndex);
        cluster.Engines[wrong.NodeId - 1] = null;
    }

    [Fact]
    public async Task Of_two_nodes_that_differ_neither_serves_and_both_say_so()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(2);
        await cluster.Any.Client.PutAsync("k", "1");
        EmbeddedEngine leader = await cluster.LeaderAsync();
        await TurnAsync(cluster.Running.First(engine => engine != leader), "k");
        await leader.Client.PutAsync("k", "2");
        foreach (EmbeddedEngine engine in cluster.Running)
        {
            using var patience = new CancellationTokenSource(EngineCluster.Patience);
            while (engine.Metrics.DoubtIndex == 0) await Task.Delay(10, patience.Token);
            foreach (ReadConsistency consistency in Enum.GetValues<ReadConsistency>())
            {
                NotReadyException refused = await Assert.ThrowsAsync<NotReadyException>(async () => await engine.Client.GetAsync("k", consistency));
                Assert.Contains("not what another one has", refused.Message, StringComparison.Ordinal);
            }

            await Assert.ThrowsAsync<NotReadyException>(async () => await engine.Client.PutAsync("k", "3"));
            await Assert.ThrowsAsync<NotReadyException>(async () => await engine.WriteSnapshotAsync(Stream.Null));
            Assert.True(engine.Metrics.StateDifferences > 0);
            Assert.Equal(engine.Metrics.DoubtIndex, (await engine.GetStatusAsync()).DoubtIndex);
        }

        Assert.Contains(cluster.Loggers.LinesOf("DEngine.Engine"), line => line.Contains("one of them is wrong", StringComparison.Ordinal));
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task Nodes_that_agree_say_up_to_where()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        for (int i = 0; i < 10; i++) await cluster.Any.Client.PutAsync($"k{i}", "1");
        EmbeddedEngine leader = await cluster.LeaderAsync();
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        EngineStatus status = await leader.GetStatusAsync();
        while (status.ConfirmedDigestIndex < status.AppliedIndex || status.Members.Any(member => member.DigestIndex != status.AppliedIndex))
        {
            await Task.Delay(50, patience.Token);
            status = await leader.GetStatusAsync();
        }

        Assert.All(status.Members, member => Assert.Equal(status.Digest, member.Digest));
        Assert.Equal(status.Digest, leader.Metrics.Digest);
        Assert.Equal(0, leader.Metrics.StateDifferences);
        Assert.Empty(cluster.Fatal);
    }

    /// <summary>What a reader is given is the memory of the store itself.</summary>
    private static async Task TurnAsync(EmbeddedEngine engine, string key)
    {
        await engine.Client.GetAsync(key, ReadConsistency.Linearizable);
        KeyValueEntry? entry = await engine.Client.GetAsync(key, ReadConsistency.Eventual);
        MemoryMarshal.AsMemory(entry!.Value.Value).Span[0] ^= 1;
    }
}
