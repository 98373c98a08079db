using DEngine.Server.Tests.Http;

namespace DEngine.Server.Tests.CommandLine;

public sealed class ClientCommandTests(ServedNode node) : IClassFixture<ServedNode>
{
    [Fact]
    public async Task Put_then_get_prints_the_value()
    {
        Assert.Equal(0, (await Run("put", "k", "v")).ExitCode);
        Session get = await Run("get", "k", "--consistency", "linearizable");
        Assert.Equal((0, "v" + Environment.NewLine), (get.ExitCode, get.Out));
    }

    [Fact]
    public async Task A_missing_key_is_exit_code_1()
    {
        Session get = await Run("get", "missing");
        Assert.Equal((1, "", "dengine: there is no such key" + Environment.NewLine), (get.ExitCode, get.Out, get.Error));
        Assert.Equal(1, (await Run("delete", "missing")).ExitCode);
        Assert.Equal(1, (await Run("delete", "missing", "--json")).ExitCode);
    }

    [Fact]
    public async Task Cas_is_exit_code_0_or_1()
    {
        Assert.Equal(0, (await Run("cas", "c", "first", "--absent")).ExitCode);
        Assert.Equal(1, (await Run("cas", "c", "other", "second")).ExitCode);
        Assert.Equal(0, (await Run("cas", "c", "first", "second")).ExitCode);
        Assert.Equal(2, (await Run("cas", "c", "first")).ExitCode);
    }

    [Fact]
    public async Task Scan_prints_keys_and_values()
    {
        await Run("put", "scan/1", "a");
        await Run("put", "scan/2", "b");
        Session scan = await Run("scan", "scan/");
        Assert.Equal($"scan/1\ta{Environment.NewLine}scan/2\tb{Environment.NewLine}", scan.Out);
        Assert.StartsWith("{\"entries\":[", (await Run("scan", "scan/", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_shows_the_leader() => Assert.Contains("leader node 1", (await Run("cluster")).Out, StringComparison.Ordinal);

    [Fact]
    public async Task A_transfer_without_another_voter_is_refused_with_the_reason() =>
        Assert.Contains("no other voter", (await Run("transfer", $"{node.Id}")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task The_next_endpoint_is_asked_when_one_cannot_be_reached()
    {
        Session put = await Session.Run("put", "k", "v", "--endpoints", $"127.0.0.1:{FreePorts.Take(1)[0]},{node.Port}");
        Assert.Equal(0, put.ExitCode);
    }

    private Task<Session> Run(params string[] arguments) => Session.Run([.. arguments, "--endpoints", $"127.0.0.1:{node.Port}"]);
}
