namespace DEngine.Server.Tests.Processes;

public sealed class FasterKillTests
{
    private const int Keys = 40;

    [Fact]
    public async Task Nodes_on_FASTER_keep_what_they_acknowledged_over_kill_9_of_one_and_of_all()
    {
        using RealCluster cluster = new("""
            [storage]
            log = "faster"
            state_machine = "faster"
            """);
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        int leader = await cluster.LeaderAsync();
        await PutAsync(cluster, 0, Keys / 2);

        await cluster[leader].KillAsync();
        await cluster.LeaderAsync(other: leader);
        await PutAsync(cluster, Keys / 2, Keys);
        for (int node = 1; node <= 3; node++)
        {
            if (node != leader) await cluster[node].KillAsync();
        }

        for (int node = 1; node <= 3; node++) cluster.Start(node);
        await cluster.LeaderAsync();
        for (int i = 0; i < Keys; i++)
        {
            CommandLine.Session get = await cluster.Run("get", $"key{i}");
            Assert.True(get.Out == $"value {i}{Environment.NewLine}", $"key{i}: {get.Out}{get.Error}");
        }
    }

    private static async Task PutAsync(RealCluster cluster, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            CommandLine.Session put = await cluster.Run("put", $"key{i}", $"value {i}");
            Assert.True(put.ExitCode == 0, put.Error);
        }
    }
}
