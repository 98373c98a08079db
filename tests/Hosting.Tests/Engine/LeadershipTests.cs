using System.Collections.Concurrent;
using DEngine.Core;

namespace DEngine.Hosting.Tests.Engine;

public sealed class LeadershipTests
{
    [Fact]
    public async Task A_leader_that_stops_hands_over_before_it_is_gone_and_the_next_write_succeeds()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        for (int round = 0; round < 3; round++)
        {
            EmbeddedEngine leader = await cluster.LeaderAsync();
            int stopped = (int)leader.NodeId;
            await leader.Client.PutAsync($"before{round}", "1");
            await cluster.StopNodeAsync(stopped);

            // Not after an election timeout: the successor has been elected by the time the stop is done.
            Assert.Contains(cluster.Running, engine => engine.IsLeader);
            await cluster.Any.Client.PutAsync($"after{round}", "1");
            EmbeddedEngine back = await cluster.StartNodeAsync(stopped);
            await back.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        }

        Assert.Equal(6, (await cluster.Any.Client.ScanAsync("")).Entries.Count);
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task A_leader_that_stops_does_not_hand_over_to_a_node_that_has_just_gone()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        EmbeddedEngine leader = await cluster.LeaderAsync();
        await leader.Client.PutAsync("a", "1");
        int gone = (int)cluster.Running.First(engine => engine != leader).NodeId;
        await cluster.StopNodeAsync(gone);
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        while ((await leader.GetStatusAsync()).Members[gone - 1].Role != "unknown") await Task.Delay(10, patience.Token);
        await cluster.StopNodeAsync((int)leader.NodeId);
        Assert.True(cluster.Any.IsLeader);
    }

    [Fact]
    public async Task Leadership_goes_where_it_is_sent_and_everyone_is_told()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        EmbeddedEngine leader = await cluster.LeaderAsync();
        EmbeddedEngine target = cluster.Running.First(engine => engine != leader);
        var seen = new ConcurrentQueue<LeaderChange>();
        EmbeddedEngine watched = cluster.Running.First(engine => engine != leader && engine != target);
        watched.LeaderChanged += seen.Enqueue;
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        Task<LeaderInfo> told = FirstOfAsync(watched, change => change.Leader?.NodeId == target.NodeId, patience.Token);

        await leader.TransferLeadershipAsync(target.NodeId);
        LeaderInfo now = await told;
        Assert.Equal((target.NodeId, cluster.EndpointOf((int)target.NodeId)), (now.NodeId, now.Address));
        Assert.Equal(target, await cluster.LeaderAsync());
        while (!seen.Any(change => change.Leader?.NodeId == target.NodeId)) await Task.Delay(5, patience.Token);

        await Assert.ThrowsAsync<InvalidRequestException>(() => leader.TransferLeadershipAsync(target.NodeId));
        await Assert.ThrowsAsync<InvalidRequestException>(() => target.TransferLeadershipAsync(9));
    }

    [Fact]
    public async Task The_leader_knows_how_far_everyone_is_and_who_is_away()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        EmbeddedEngine leader = await cluster.LeaderAsync();
        int away = (int)cluster.Running.First(engine => engine != leader).NodeId;
        await cluster.StopNodeAsync(away);
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        EngineMember member;
        do
        {
            await leader.Client.PutAsync("a", "1");
            EngineStatus status = await leader.GetStatusAsync();
            Assert.Equal([1u, 2u, 3u], status.Members.Select(m => m.Id));
            member = status.Members[away - 1];
            await Task.Delay(10, patience.Token);
        }
        while (member.Role != "unknown");
        Assert.True(member.Lag > 0);

        await cluster.StartNodeAsync(away);
        while ((await leader.GetStatusAsync()).Members[away - 1] is not { Role: "follower", Lag: 0 }) await Task.Delay(10, patience.Token);
    }

    [Fact]
    public async Task A_leader_serves_lease_reads_without_a_round_and_gives_its_lease_up_with_its_leadership()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        EmbeddedEngine leader = await cluster.LeaderAsync();
        await leader.Client.PutAsync("a", "1");
        for (int i = 2; i < 50; i++)
        {
            await leader.Client.PutAsync("a", $"{i}");
            Assert.Equal($"{i}", (await leader.Client.GetAsync("a", ReadConsistency.Lease))!.Value.ValueText);
        }

        await leader.TransferLeadershipAsync();
        EmbeddedEngine next = await cluster.LeaderAsync();
        await next.Client.PutAsync("a", "new");
        Assert.Equal("new", (await leader.Client.GetAsync("a", ReadConsistency.Lease))!.Value.ValueText);
    }

    private static async Task<LeaderInfo> FirstOfAsync(EmbeddedEngine engine, Func<LeaderChange, bool> wanted, CancellationToken cancellation)
    {
        await foreach (LeaderChange change in engine.WatchLeaderAsync(cancellation))
        {
            if (wanted(change)) return change.Leader!;
        }

        throw new InvalidOperationException("the engine has stopped");
    }
}
