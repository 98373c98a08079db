using System.Text.Json;
using DEngine.Server.Tests.CommandLine;

namespace DEngine.Server.Tests.Processes;

/// <summary>A backup of a running cluster, and a new cluster from it: real processes, from beginning to end.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-backup-");

    private string File => Path.Combine(_directory.FullName, "cluster.snap");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task What_was_saved_from_a_running_cluster_begins_a_new_one()
    {
        string digest;
        using (var old = new RealCluster())
        {
            for (int node = 1; node <= 3; node++) old.Start(node);
            for (int i = 0; i < 20; i++) Assert.Equal(0, (await old.Run("put", $"key{i:D2}", $"value {i}")).ExitCode);
            Session saved = await old.Run("snapshot", "save", File);
            Assert.Equal((0, ""), (saved.ExitCode, saved.Error));
            Assert.StartsWith("saved everything up to entry", saved.Out, StringComparison.Ordinal);

            // What is written afterwards is not in it.
            Assert.Equal(0, (await old.Run("put", "later", "1")).ExitCode);
            JsonElement inspected = await Inspect();
            Assert.True(inspected.GetProperty("whole").GetBoolean());
            Assert.Equal(20, inspected.GetProperty("keys").GetInt64());
            Assert.True(inspected.GetProperty("sessions").GetInt64() > 0);
            digest = inspected.GetProperty("digest").GetString()!;
        }

        using var cluster = new RealCluster();
        for (int node = 1; node <= 3; node++)
        {
            // By the directory itself, and as the configuration says.
            Session restored = node == 1
                ? await Session.Run("snapshot", "restore", File, "--data-dir", cluster.DataOf(node))
                : await Session.Run("snapshot", "restore", File, "--config", cluster.Configure(node));
            Assert.Equal((0, ""), (restored.ExitCode, restored.Error));
            Assert.Contains("20 keys", restored.Out, StringComparison.Ordinal);
        }

        for (int node = 1; node <= 3; node++) cluster.Start(node);
        await cluster.LeaderAsync();
        for (int i = 0; i < 20; i++) Assert.Equal($"value {i}{Environment.NewLine}", (await cluster.Run("get", $"key{i:D2}")).Out);
        Assert.Equal(1, (await cluster.Run("get", "later")).ExitCode);
        Assert.Equal(0, (await cluster.Run("put", "new", "2")).ExitCode);
        await EveryoneHasTheSameAsync(cluster);
        Assert.NotEqual(digest, (await Cluster(cluster)).GetProperty("digest").GetString());

        // A node that has data keeps it.
        Session again = await Session.Run("snapshot", "restore", File, "--data-dir", cluster.DataOf(2));
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("is not empty", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_not_replaced_unless_asked_and_nothing_is_left_of_one_that_failed()
    {
        using var cluster = new RealCluster();
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        Assert.Equal(0, (await cluster.Run("put", "k", "v")).ExitCode);
        Assert.Equal(0, (await cluster.Run("snapshot", "save", File)).ExitCode);
        byte[] first = await System.IO.File.ReadAllBytesAsync(File);
        Session refused = await cluster.Run("snapshot", "save", File);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("already", refused.Error, StringComparison.Ordinal);
        Assert.Equal(first, await System.IO.File.ReadAllBytesAsync(File));
        Assert.Equal(0, (await cluster.Run("put", "k", "w")).ExitCode);
        Session replaced = await cluster.Run("snapshot", "save", File, "--force", "--json");
        Assert.Equal(0, replaced.ExitCode);
        Assert.Equal(System.IO.File.ReadAllBytes(File).Length, JsonDocument.Parse(replaced.Out).RootElement.GetProperty("bytes").GetInt64());
        Assert.NotEqual(first, await System.IO.File.ReadAllBytesAsync(File));

        string missing = Path.Combine(_directory.FullName, "missing", "b.snap");
        Assert.Equal(2, (await cluster.Run("snapshot", "save", missing)).ExitCode);
        Session nobody = await Session.Run("snapshot", "save", Path.Combine(_directory.FullName, "none.snap"), "--endpoints", $"127.0.0.1:{FreePorts.Take(1)[0]}", "--timeout", "1");
        Assert.Equal(3, nobody.ExitCode);
        Assert.Single(_directory.GetFiles());
    }

    [Fact]
    public async Task A_damaged_backup_is_exit_code_1_and_is_not_restored()
    {
        using (var cluster = new RealCluster())
        {
            for (int node = 1; node <= 3; node++) cluster.Start(node);
            Assert.Equal(0, (await cluster.Run("put", "k", new string('v', 500))).ExitCode);
            Assert.Equal(0, (await cluster.Run("snapshot", "save", File)).ExitCode);
        }

        Session whole = await Session.Run("snapshot", "inspect", File, "--chunks");
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("every checksum holds", whole.Out, StringComparison.Ordinal);
        byte[] bytes = await System.IO.File.ReadAllBytesAsync(File);
        bytes[^100] ^= 1;
        await System.IO.File.WriteAllBytesAsync(File, bytes);
        Session inspected = await Session.Run("snapshot", "inspect", File);
        Assert.Equal(1, inspected.ExitCode);
        Assert.Contains("DOES NOT HOLD", inspected.Out, StringComparison.Ordinal);
        Assert.Contains("is not what was written", inspected.Error, StringComparison.Ordinal);

        string data = Path.Combine(_directory.FullName, "db", "1");
        Session restored = await Session.Run("snapshot", "restore", File, "--data-dir", data);
        Assert.Equal(1, restored.ExitCode);
        Assert.Contains("nothing was restored", restored.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Theory]
    [InlineData("one of the two", "snapshot", "restore", "x.snap")]
    [InlineData("one of the two", "snapshot", "restore", "x.snap", "--config", "a", "--data-dir", "b")]
    [InlineData("Could not find", "snapshot", "inspect", "x.snap")]
    [InlineData("Could not find", "snapshot", "restore", "x.snap", "--data-dir", "no-such-directory")]
    public async Task Wrong_use_is_exit_code_2_and_one_line(string expected, params string[] arguments)
    {
        Session session = await Session.Run(arguments);
        Assert.Equal(2, session.ExitCode);
        Assert.Contains(expected, session.Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> Inspect()
    {
        Session inspected = await Session.Run("snapshot", "inspect", File, "--json");
        Assert.Equal((0, ""), (inspected.ExitCode, inspected.Error));
        return JsonDocument.Parse(inspected.Out).RootElement;
    }

    private static async Task<JsonElement> Cluster(RealCluster cluster) => JsonDocument.Parse((await cluster.Run("cluster", "--json")).Out).RootElement;

    /// <summary>A leader has compared itself with both others, at the end of the log.</summary>
    private static async Task EveryoneHasTheSameAsync(RealCluster cluster)
    {
        DateTime deadline = DateTime.UtcNow + RealCluster.Patience;
        string answers = "";
        while (DateTime.UtcNow < deadline)
        {
            foreach (string address in cluster.Addresses)
            {
                Session session = await Session.Run("cluster", "--json", "--endpoints", address);
                answers = session.Out;
                if (session.ExitCode != 0) continue;
                JsonElement answer = JsonDocument.Parse(session.Out).RootElement;
                JsonElement[] members = [.. answer.GetProperty("members").EnumerateArray()];
                long applied = answer.GetProperty("applied_index").GetInt64();
                bool isCompared = answer.GetProperty("confirmed_digest_index").GetInt64() == applied
                    && members.All(member => member.GetProperty("digest_index") is { ValueKind: JsonValueKind.Number } index && index.GetInt64() == applied);
                if (!isCompared) continue;
                Assert.Single(members.Select(member => member.GetProperty("digest").GetString()).Distinct());
                Assert.Equal(0, answer.GetProperty("doubt_index").GetInt64());
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail($"Nobody has compared itself with all others: {answers}");
    }
}
