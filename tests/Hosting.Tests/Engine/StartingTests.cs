using System.Net;
using System.Net.Sockets;
using DEngine.Configuration;
using DEngine.Core;
using DEngine.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DEngine.Hosting.Tests.Engine;

public sealed class StartingTests
{
    [Fact]
    public async Task All_mistakes_of_a_configuration_are_listed()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => EmbeddedEngine.StartAsync(new DEngineOptions()));
        Assert.Contains(error.Mistakes, mistake => mistake.Field == "cluster.node_id");
        Assert.Contains(error.Mistakes, mistake => mistake.Field == "cluster.listen_address");
        Assert.Equal(error.Mistakes.Count, error.Message.Split(Environment.NewLine).Length);
        await Assert.ThrowsAsync<ConfigurationException>(() => EmbeddedEngine.StartAsync("no-such-file.toml"));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_mistake_and_a_directory_that_is_taken_an_error()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1);
        DEngineOptions samePort = cluster.OptionsOf(1);
        samePort.Cluster.DbRootDir += "-other";
        var mistake = await Assert.ThrowsAsync<ConfigurationException>(() => EmbeddedEngine.StartAsync(samePort));
        Assert.Equal("cluster.listen_address", Assert.Single(mistake.Mistakes).Field);

        await using var other = new EngineCluster(1);
        DEngineOptions sameDirectory = other.OptionsOf(1);
        sameDirectory.Cluster.DbRootDir = cluster.OptionsOf(1).Cluster.DbRootDir;
        IOException inUse = await Assert.ThrowsAsync<IOException>(() => EmbeddedEngine.StartAsync(sameDirectory));
        Assert.Contains("in use", inUse.Message, StringComparison.Ordinal);

        // And neither has taken anything with it.
        await cluster.Any.Client.PutAsync("a", "1");
        await other.StartNodeAsync(1);
    }

    [Fact]
    public async Task Nodes_of_two_clusters_refuse_each_other_and_say_why()
    {
        await using var cluster = new EngineCluster(3);
        await cluster.StartNodeAsync(1, options => options.Cluster.ClusterId = "blue");
        await cluster.StartNodeAsync(2, options => options.Cluster.ClusterId = "green");
        using var patience = new CancellationTokenSource(EngineCluster.Patience);
        while (!cluster.Loggers.LinesOf("DEngine.Transport").Any(line => line.Contains("it belongs to cluster \"green\"", StringComparison.Ordinal)))
            await Task.Delay(10, patience.Token);
        await Task.Delay(300);
        Assert.Single(cluster.Loggers.LinesOf("DEngine.Transport"), line => line.Contains("it belongs to cluster \"green\"", StringComparison.Ordinal));
        Assert.Null(cluster.Any.Leader);
    }

    [Fact]
    public async Task Http_on_the_port_goes_to_the_application()
    {
        await using var cluster = new EngineCluster(1);
        var handed = new TaskCompletionSource<Socket>();
        var services = new EngineServices { HttpConnections = handed.TrySetResult };
        await using EmbeddedEngine engine = await EmbeddedEngine.StartAsync(cluster.OptionsOf(1), services);
        using var browser = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await browser.ConnectAsync(IPAddress.Loopback, cluster.PortOf(1));
        await browser.SendAsync("GET /healthz HTTP/1.1\r\n"u8.ToArray());
        using Socket socket = await handed.Task.WaitAsync(EngineCluster.Patience);
        byte[] buffer = new byte[100];
        int count = await socket.ReceiveAsync(buffer);
        Assert.StartsWith("GET /", System.Text.Encoding.ASCII.GetString(buffer, 0, count), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_closed_after_its_time()
    {
        using Socket listener = TcpPort.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var port = new TcpPort(listener, NoServices(), new TransportOptions { HelloTimeout = TimeSpan.FromMilliseconds(100) });
        port.Start();
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await silent.ConnectAsync(listener.LocalEndPoint!);
        Assert.Equal(0, await silent.ReceiveAsync(new byte[1]).WaitAsync(EngineCluster.Patience));
        await port.DisposeAsync();
    }

    [Fact]
    public async Task An_application_gets_an_engine_that_starts_and_stops_with_it()
    {
        await using var cluster = new EngineCluster(1);
        DEngineOptions wanted = cluster.OptionsOf(1);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<ILoggerFactory>(cluster.Loggers);
        builder.Services.AddDEngine(options =>
        {
            options.Cluster = wanted.Cluster;
            options.Election = wanted.Election;
            options.Replication = wanted.Replication;
            options.ReadConsistency = wanted.ReadConsistency;
        });
        builder.Services.AddHealthChecks().AddDEngineHealthCheck();
        using IHost host = builder.Build();
        IKeyValueClient client = host.Services.GetRequiredService<IKeyValueClient>();
        await Assert.ThrowsAsync<NotReadyException>(async () => await client.GetAsync("a"));

        await host.StartAsync();
        EmbeddedEngine engine = host.Services.GetRequiredService<EmbeddedEngine>();
        await engine.WaitReadyAsync().WaitAsync(EngineCluster.Patience);
        await client.PutAsync("a", "1");
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Status);

        await host.StopAsync();
        Assert.True(engine.Completion.IsCompletedSuccessfully);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
    }

    private static TcpPortServices NoServices() => new()
    {
        Identity = new HandshakeIdentity { ClusterId = "test", Node = new NodeId(1) },
        Clients = null!,
        Observer = new Silence(),
        OnFatal = _ => { },
        OnPeerSeen = _ => { },
    };

    private sealed class Silence : ITransportObserver
    {
        public void OnPeerConnected(NodeId peer, string address)
        {
        }

        public void OnPeerLost(NodeId peer, string address, string reason)
        {
        }

        public void OnPeerRefuses(NodeId peer, string address, ServerHello answer)
        {
        }

        public void OnConnectionRefused(string source, string reason)
        {
        }

        public void OnListenerTrouble(string reason)
        {
        }
    }
}
