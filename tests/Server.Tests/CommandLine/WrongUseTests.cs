using System.Net;
using System.Net.Sockets;

namespace DEngine.Server.Tests.CommandLine;

public sealed class WrongUseTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("dengine-cli-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("bogus")]
    [InlineData("get")]
    [InlineData("put", "only-a-key")]
    [InlineData("get", "k", "--consistency", "strong")]
    [InlineData("get", "k", "--endpoints", "nowhere")]
    [InlineData("get", "k", "--timeout", "0")]
    [InlineData("start")]
    [InlineData("start", "not-an-assignment")]
    [InlineData("start", "--config", "a", "CONFIG_PATH=b")]
    [InlineData("start", "CONFIG_PATH=/does/not/exist")]
    [InlineData("watch", "k")]
    [InlineData("join")]
    [InlineData("promote", "4")]
    [InlineData("remove", "4")]
    public async Task Wrong_use_is_exit_code_2_and_says_what_to_do(params string[] arguments)
    {
        Session session = await Session.Run(arguments);
        Assert.Equal(2, session.ExitCode);
        Assert.NotEmpty(session.Error);
        Assert.Empty(session.Out);
        Assert.DoesNotContain("   at ", session.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("start", "--help")]
    public async Task Help_and_version_are_exit_code_0(params string[] arguments)
    {
        Session session = await Session.Run(arguments);
        Assert.Equal(0, session.ExitCode);
        Assert.NotEmpty(session.Out);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_exit_code_3()
    {
        Session session = await Session.Run("put", "k", "v", "--timeout", "0.5", "--endpoints", $"127.0.0.1:{FreePorts.Take(1)[0]}");
        Assert.Equal(3, session.ExitCode);
        Assert.Contains("could not be reached", session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_of_a_configuration_has_a_line()
    {
        string config = Path.Combine(_directory.FullName, "n1.toml");
        await File.WriteAllTextAsync(config, "[cluster]\nnode_id = 0\nlisten_adress = \"127.0.0.1:1\"\n");
        Session session = await Session.Run("start", $"CONFIG_PATH={config}", "DENGINE__RAFT__NOTHING=1");
        Assert.Equal(2, session.ExitCode);
        Assert.Contains("n1.toml:2: cluster.node_id: found 0", session.Error, StringComparison.Ordinal);
        Assert.Contains("n1.toml:3: cluster.listen_adress: found an unknown name, allowed: the nearest known name is cluster.listen_address", session.Error, StringComparison.Ordinal);
        Assert.Contains("raft.nothing", session.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_exit_code_2_on_one_line()
    {
        using Socket holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        string address = holder.LocalEndPoint!.ToString()!;
        string config = Path.Combine(_directory.FullName, "n1.toml");
        await File.WriteAllTextAsync(config, $$"""
            [cluster]
            node_id = 1
            listen_address = "{{address}}"
            initial_cluster = [{ id = 1, address = "{{address}}" }]
            db_root_dir = "{{_directory.FullName}}/db"
            log_dir = "{{_directory.FullName}}/logs"
            """);
        Session session = await Session.Run("start", "--config", config);
        Assert.Equal(2, session.ExitCode);
        Assert.Contains("another process listens on", Assert.Single(session.Error.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_tells_its_story_and_succeeds()
    {
        Session session = await Session.Run("demo");
        Assert.True(session.ExitCode == 0, session.Out + session.Error);
        Assert.Contains("every value is right", session.Out, StringComparison.Ordinal);
    }
}
