using System.Diagnostics;
using DEngine.Server.Tests.CommandLine;

namespace DEngine.Server.Tests.Processes;

/// <summary>A data directory and the processes on it: one at a time, of one node of one cluster, and there as long as the node runs (Z8, Z9).</summary>
public sealed class DirectoryTests
{
    [Fact]
    public async Task A_second_process_is_refused_also_where_dotnet_locks_no_files()
    {
        using RealCluster cluster = new(nodes: 1);
        string config = cluster.Configure(1);
        (string Name, string Value) unlocked = ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1");
        using RealNode first = RealNode.Override(config, [], unlocked);
        await cluster.LeaderAsync();
        using RealNode second = RealNode.Override(config, [$"cluster.listen_address=127.0.0.1:{FreePorts.Take(1)[0]}", "monitoring.prometheus_enabled=false"], unlocked);
        Assert.NotEqual(0, await second.WaitForExitAsync());
        Assert.Contains($"The data directory {cluster.DataOf(1)} is in use", second.Said, StringComparison.Ordinal);
        Assert.Equal(0, (await cluster.Run("put", "k", "v")).ExitCode);

        // Nor can it be emptied.
        Session reset = await Session.Run("reset", "--config", config, "--yes");
        Assert.Equal(2, reset.ExitCode);
        Assert.Contains("is in use", reset.Error, StringComparison.Ordinal);
        Assert.Equal(0, await first.TerminateAsync());
    }

    [Fact]
    public async Task Another_cluster_id_is_refused_at_the_start()
    {
        using RealCluster cluster = new(nodes: 1);
        cluster.Start(1);
        Assert.Equal(0, (await cluster.Run("put", "k", "v")).ExitCode);
        Assert.Equal(0, await cluster[1].TerminateAsync());
        using (RealNode other = RealNode.Override(cluster.Configure(1), ["cluster.cluster_id=other"]))
        {
            Assert.Equal(2, await other.WaitForExitAsync());
            string line = LineWith(other, "does not start");
            Assert.Contains("belongs to node 1 of cluster \"dengine\", and this is node 1 of cluster \"other\"", line, StringComparison.Ordinal);
            Assert.Contains("Set cluster.cluster_id back to \"dengine\"", line, StringComparison.Ordinal);
        }

        cluster.Start(1);
        Assert.Equal($"v{Environment.NewLine}", (await cluster.Run("get", "k")).Out);
    }

    [Fact]
    public async Task The_copied_directory_of_another_node_is_refused_though_it_is_alone()
    {
        using RealCluster cluster = new(nodes: 2);
        using (RealNode alone = RealNode.Override(cluster.Configure(1), [Only(cluster, 1)]))
        {
            await cluster.LeaderAsync();
            Assert.Equal(0, await alone.TerminateAsync());
        }

        CopyDirectory(cluster.DataOf(1), cluster.DataOf(2));
        using RealNode copy = RealNode.Override(cluster.Configure(2), [Only(cluster, 2)]);
        Assert.Equal(2, await copy.WaitForExitAsync());
        string line = LineWith(copy, "does not start");
        Assert.Contains("belongs to node 1 of cluster \"dengine\", and this is node 2", line, StringComparison.Ordinal);
        Assert.Contains($"dengine reset --data-dir {cluster.DataOf(2)} --yes", line, StringComparison.Ordinal);

        Session asked = await Session.Run("reset", "--data-dir", cluster.DataOf(2));
        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("--yes", asked.Error, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(cluster.DataOf(2), "notes.txt"), "not the node's");
        Session reset = await Session.Run("reset", "--data-dir", cluster.DataOf(2), "--yes");
        Assert.Equal((0, ""), (reset.ExitCode, reset.Error));
        Assert.Contains("notes.txt", reset.Out, StringComparison.Ordinal);
        Assert.Equal(["LOCK", "notes.txt"], Directory.EnumerateFileSystemEntries(cluster.DataOf(2)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        using RealNode fresh = RealNode.Override(cluster.Configure(2), [Only(cluster, 2)]);
        Assert.Equal(2, await cluster.LeaderAsync());
        Assert.Equal(0, await fresh.TerminateAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_whose_directory_goes_or_is_replaced_ends_within_seconds_and_says_so(bool isReplaced)
    {
        using RealCluster cluster = new(nodes: 1);
        cluster.Start(1);
        Assert.Equal(0, (await cluster.Run("put", "k", "v")).ExitCode);
        string data = cluster.DataOf(1);
        Directory.Move(data, data + "-aside");
        if (isReplaced) CopyDirectory(data + "-aside", data);
        Assert.Equal(70, await cluster[1].WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        string line = LineWith(cluster[1], "this node has to stop");
        Assert.Contains($"{data} {(isReplaced ? "has been replaced by another one" : "is gone")}", line, StringComparison.Ordinal);
        Assert.Contains("dengine replace 1", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_directory_that_a_start_makes_is_durable_and_private()
    {
        if (OperatingSystem.IsWindows()) return;
        using RealCluster cluster = new(nodes: 1);
        cluster.Start(1);
        await cluster.LeaderAsync();
        const UnixFileMode ofFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (string path in Directory.EnumerateFiles(cluster.DataOf(1))) Assert.Equal(ofFile, File.GetUnixFileMode(path));
        Assert.Equal(ofFile | UnixFileMode.UserExecute, File.GetUnixFileMode(cluster.DataOf(1)));
        Assert.Equal(ofFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(cluster.DataOf(1))!));
    }

    [StraceFact]
    public async Task The_names_of_directories_that_a_start_makes_are_synced()
    {
        using RealCluster cluster = new(nodes: 1);
        string trace = Path.Combine(Path.GetDirectoryName(cluster.Configure(1))!, "trace");
        cluster.Start(1, ["strace", .. Strace.Options(trace, "mkdir,fsync")]);
        await cluster.LeaderAsync();
        Assert.Equal(0, await cluster[1].TerminateTracedAsync());
        List<string> calls = Strace.Read(trace);
        string db = Path.GetDirectoryName(cluster.DataOf(1))!;
        foreach (string made in new[] { db, cluster.DataOf(1) })
        {
            int mkdir = calls.FindIndex(call => call.StartsWith($"mkdir(\"{made}\"", StringComparison.Ordinal));
            Assert.True(mkdir >= 0, $"{made} is made");
            Assert.Contains(calls.Skip(mkdir), call => call.StartsWith("fsync(", StringComparison.Ordinal) && call.Contains($"<{Path.GetDirectoryName(made)}>", StringComparison.Ordinal));
        }
    }

    private static string Only(RealCluster cluster, int node) => $$"""cluster.initial_cluster=[{ id = {{node}}, address = "{{cluster.Addresses[node - 1]}}" }]""";

    private static string LineWith(RealNode node, string text) =>
        Assert.Single(node.Said.Split('\n'), line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>As people do it.</summary>
    internal static void CopyDirectory(string from, string to)
    {
        using Process copy = Process.Start("cp", ["-r", from, to]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }
}
