using DEngine.Configuration;

namespace DEngine.Hosting.Tests.Engine;

/// <summary>On real files: what outlives a process, what a power loss takes, and what becomes of damage (docs/recovery.md).</summary>
public sealed class RecoveryTests
{
    private const int Keys = 200;

    [Fact]
    public async Task What_is_acknowledged_outlives_the_process_and_is_not_synced_yet()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1, MemoryFirst);
        long syncs = cluster.Any.Metrics.DiskSyncs;
        await PutAsync(cluster);
        Assert.True(cluster.Any.Metrics.BufferedEntries >= Keys);
        Assert.Equal(syncs, cluster.Any.Metrics.DiskSyncs);

        // As after kill -9: what the operating system has, without a clean stop.
        Dictionary<string, byte[]> killed = FilesOf(cluster, 1);
        await cluster.StopNodeAsync(1);
        PutBack(cluster, 1, killed);
        EmbeddedEngine again = await cluster.StartNodeAsync(1);
        Assert.False(again.Metrics.IsRecovering);
        await again.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        Assert.Equal(Keys, (await again.Client.ScanAsync("", limit: Keys + 1)).Entries.Count);
    }

    [Fact]
    public async Task A_stop_in_order_leaves_nothing_to_recover_from_whatever_the_machine_does_next()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1, MemoryFirst);
        await PutAsync(cluster);
        await cluster.StopNodeAsync(1);
        cluster.MachineRun = 2;
        EmbeddedEngine again = await cluster.StartNodeAsync(1);
        Assert.False(again.Metrics.IsRecovering);
        await again.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        Assert.Equal(Keys, (await again.Client.ScanAsync("", limit: Keys + 1)).Entries.Count);
    }

    [Fact]
    public async Task A_node_that_lost_its_tail_with_the_power_is_brought_up_to_date_before_it_counts()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3, MemoryFirst);
        await PutAsync(cluster);
        int follower = (int)cluster.Running.First(engine => !engine.IsLeader).NodeId;
        await UntilAsync(() => cluster.Engines[follower - 1]!.Metrics.AppliedIndex >= Keys);
        Dictionary<string, byte[]> killed = FilesOf(cluster, follower);
        await cluster.StopNodeAsync(follower);
        Assert.True(CutTail(killed), "the tail was not synced, so it can be lost");
        PutBack(cluster, follower, killed);

        cluster.MachineRun = 2;
        EmbeddedEngine back = await cluster.StartNodeAsync(follower);
        await UntilAsync(() => !back.Metrics.IsRecovering && back.Metrics.AppliedIndex >= Keys);
        string[] lines = [.. cluster.Loggers.LinesOf("DEngine.Engine")];
        Assert.Contains(lines, line => line.Contains("The machine went down with entries that were acknowledged and not synced yet", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("votes and counts again", StringComparison.Ordinal));
        Assert.Equal(0, back.Metrics.LossesAccepted);
        Assert.Equal(Keys, (await back.Client.ScanAsync("", limit: Keys + 1)).Entries.Count);
        Assert.Empty(cluster.Fatal);
    }

    /// <summary>All three lose power at once: nobody leads until all have spoken, and then it is said.</summary>
    [Fact]
    public async Task A_majority_that_lost_power_waits_for_everybody_and_says_that_something_may_be_lost()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3, MemoryFirst);
        await PutAsync(cluster);
        Dictionary<string, byte[]>[] killed = [.. Enumerable.Range(1, 3).Select(node => FilesOf(cluster, node))];
        for (int node = 1; node <= 3; node++) await cluster.StopNodeAsync(node);
        for (int node = 1; node <= 3; node++) PutBack(cluster, node, killed[node - 1]);

        cluster.MachineRun = 2;
        EmbeddedEngine first = await cluster.StartNodeAsync(1);
        EmbeddedEngine second = await cluster.StartNodeAsync(2);
        await UntilAsync(() => cluster.Loggers.LinesOf("DEngine.Engine").Any(line => line.Contains("A majority of the voters lacks", StringComparison.Ordinal)));
        Assert.True(first.Leader is null && second.Leader is null);
        Assert.Equal("unsynced_lost", (await first.GetStatusAsync()).Recovering);

        EmbeddedEngine third = await cluster.StartNodeAsync(3);
        await third.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        await UntilAsync(() => cluster.Running.All(engine => !engine.Metrics.IsRecovering));
        Assert.Contains(cluster.Running, engine => engine.Metrics.LossesAccepted > 0);
        Assert.Equal(Keys, (await third.Client.ScanAsync("", limit: Keys + 1)).Entries.Count);
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task An_operator_can_have_what_is_left_go_on()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3, MemoryFirst);
        await PutAsync(cluster);
        Dictionary<string, byte[]>[] killed = [.. Enumerable.Range(1, 3).Select(node => FilesOf(cluster, node))];
        for (int node = 1; node <= 3; node++) await cluster.StopNodeAsync(node);
        for (int node = 1; node <= 2; node++) PutBack(cluster, node, killed[node - 1]);
        cluster.MachineRun = 2;
        for (int node = 1; node <= 2; node++) await cluster.StartNodeAsync(node);
        await UntilAsync(() => cluster.Loggers.LinesOf("DEngine.Engine").Any(line => line.Contains("dengine accept-loss", StringComparison.Ordinal)));
        foreach (EmbeddedEngine engine in cluster.Running) Assert.True(await engine.AcceptLossAsync());
        await cluster.Any.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        await UntilAsync(() => cluster.Running.All(engine => !engine.Metrics.IsRecovering));
        Assert.False(await cluster.Any.AcceptLossAsync(), "there is nothing left to accept");
        await cluster.Any.Client.PutAsync("one more", "1");
    }

    /// <summary>One flipped bit, and then more than that: the first is put right, the rest comes from the leader.</summary>
    [Fact]
    public async Task A_damaged_log_is_put_right_or_given_back_by_the_leader_and_it_is_said()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        await PutAsync(cluster);
        int follower = (int)cluster.Running.First(engine => !engine.IsLeader).NodeId;
        await UntilAsync(() => cluster.Engines[follower - 1]!.Metrics.AppliedIndex >= Keys);
        await cluster.StopNodeAsync(follower);
        string log = Directory.GetFiles(DirectoryOf(cluster, follower), "wal-*.log").Single();
        byte[] bytes = await File.ReadAllBytesAsync(log);
        bytes[5000] ^= 4;
        await File.WriteAllBytesAsync(log, bytes);
        EmbeddedEngine mended = await cluster.StartNodeAsync(follower);
        Assert.Equal((1, false, false), (mended.Metrics.LogRepairs, mended.Metrics.WasDamaged, mended.Metrics.IsRecovering));
        await mended.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        await cluster.StopNodeAsync(follower);

        bytes = await File.ReadAllBytesAsync(log);
        for (int i = 5000; i < 5600; i++) bytes[i] ^= 0x5A;
        await File.WriteAllBytesAsync(log, bytes);
        EmbeddedEngine back = await cluster.StartNodeAsync(follower);
        Assert.True(back.Metrics.WasDamaged);
        await UntilAsync(() => !back.Metrics.IsRecovering && back.Metrics.AppliedIndex >= Keys);
        Assert.Contains(cluster.Loggers.LinesOf("DEngine.Engine"), line => line.Contains("is damaged at offset", StringComparison.Ordinal));
        Assert.Equal(Keys, (await back.Client.ScanAsync("", limit: Keys + 1)).Entries.Count);

        await cluster.StopNodeAsync(follower);
        EmbeddedEngine again = await cluster.StartNodeAsync(follower);
        Assert.Equal((0, false, false), (again.Metrics.LogRepairs, again.Metrics.WasDamaged, again.Metrics.IsRecovering));
        Assert.Empty(cluster.Fatal);
    }

    private static void MemoryFirst(DEngineOptions options)
    {
        options.Persistence.Strategy = PersistenceStrategy.MemFirst;
        options.Persistence.FlushPolicy = new FlushPolicy { Batch = new BatchFlush { Threshold = 1_000_000, IntervalMs = 60_000 } };
        options.Persistence.MaxBufferedEntries = 1_000_000;
    }

    private static async Task PutAsync(EngineCluster cluster) =>
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => cluster.Any.Client.PutAsync($"key{i:000}", $"value {i}").AsTask())).WaitAsync(EngineCluster.Patience);

    private static string DirectoryOf(EngineCluster cluster, int node) => Path.Combine(cluster.OptionsOf(node).Cluster.DbRootDir, $"{node}");

    private static Dictionary<string, byte[]> FilesOf(EngineCluster cluster, int node)
    {
        var files = new Dictionary<string, byte[]>();
        foreach (string path in Directory.GetFiles(DirectoryOf(cluster, node)))
        {
            if (Path.GetFileName(path) == "LOCK") continue;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            files.Add(Path.GetFileName(path), bytes);
        }

        return files;
    }

    private static void PutBack(EngineCluster cluster, int node, Dictionary<string, byte[]> files)
    {
        foreach (string path in Directory.GetFiles(DirectoryOf(cluster, node)))
        {
            if (Path.GetFileName(path) != "LOCK") File.Delete(path);
        }

        foreach ((string name, byte[] bytes) in files) File.WriteAllBytes(Path.Combine(DirectoryOf(cluster, node), name), bytes);
    }

    /// <summary>The last sectors of the log have never been written; false when there are none.</summary>
    private static bool CutTail(Dictionary<string, byte[]> files)
    {
        string last = files.Keys.Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Max(StringComparer.Ordinal)!;
        int end = files[last].AsSpan().LastIndexOfAnyExcept((byte)0);
        int from = (end & ~511) - 2048;
        if (from <= 2048) return false;
        files[last].AsSpan(from).Clear();
        return true;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        while (!condition()) await Task.Delay(10, patience.Token);
    }
}
