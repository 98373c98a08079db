using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DEngine.Core;
using Xunit.Abstractions;

namespace DEngine.Server.Tests.Processes;

public sealed class GarbageTests(ITestOutputHelper output)
{
    private const long MemoryGrowthMax = 96L << 20;

    [Fact]
    public async Task Garbage_on_a_real_port_disturbs_nothing_and_is_said_once_for_its_source()
    {
        using RealCluster cluster = new();
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        int leader = await cluster.LeaderAsync();
        long? memory = cluster[1].PeakMemory;
        Random random = new(1);
        List<Task> attacks = [];
        for (int i = 0; i < 200; i++)
        {
            IPEndPoint target = IPEndPoint.Parse(cluster.Addresses[i % 3]);
            byte[] noise = new byte[random.Next(1, 5000)];
            random.NextBytes(noise);
            attacks.Add(SendAsync(target, noise));
            noise = [Handshake.FirstByte, .. noise];
            attacks.Add(SendAsync(target, noise));
            attacks.Add(SendAsync(target, [.. "GET "u8, .. noise]));
            attacks.Add(SendAsync(target, [.. Hello("dengine"), .. HalfAFrame()]));
            attacks.Add(SendAsync(target, [.. Hello("dengine"), .. FrameOf4Gigabytes()]));
            attacks.Add(SendAsync(target, Hello("another cluster")));
        }

        // Acknowledged while all of that is going on.
        for (int i = 0; i < 20; i++) Assert.Equal(0, (await cluster.Run("put", $"k{i}", "v")).ExitCode);
        await Task.WhenAll(attacks).WaitAsync(RealCluster.Patience);
        for (int node = 1; node <= 3; node++)
        {
            string[] lines = LinesWith(cluster[node].Said, "Closed a connection from 127.0.0.1");
            Assert.Single(lines);
            output.WriteLine(cluster[node].Said);
        }
        Assert.Equal(leader, await cluster.LeaderAsync());
        if (memory is { } before) Assert.InRange(cluster[1].PeakMemory!.Value - before, 0, MemoryGrowthMax);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_100_megabytes_is_refused_without_being_kept(bool isChunked)
    {
        const int Clients = 4;
        using RealCluster cluster = new();
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        _ = await cluster.LeaderAsync();
        IPEndPoint target = IPEndPoint.Parse(cluster.Addresses[0]);
        Assert.Equal(0, (await cluster.Run("put", "k", "v")).ExitCode);
        long? memory = cluster[1].PeakMemory;
        string[] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => PostAsync(target, 100 << 20, isChunked)));
        Assert.All(answers, answer =>
        {
            Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"too_large\"", answer, StringComparison.Ordinal);
        });
        Assert.Equal(0, (await cluster.Run("put", "k", "w")).ExitCode);
        Assert.Empty(LinesWith(cluster[1].Said, " error "));
        if (memory is not { } before)
        {
            output.WriteLine("this system does not say how much memory a process has had: not looked at");
            return;
        }
        long grown = cluster[1].PeakMemory!.Value - before;
        output.WriteLine($"{Clients} bodies of 100 MB cost {grown >> 20} MB at most");
        Assert.InRange(grown, 0, MemoryGrowthMax);
    }

    [Fact]
    public async Task A_node_of_another_cluster_is_refused_and_both_say_so_once()
    {
        using RealCluster cluster = new();
        for (int node = 1; node <= 3; node++) cluster.Start(node);
        int leader = await cluster.LeaderAsync();
        DirectoryInfo directory = Directory.CreateTempSubdirectory("dengine-stranger-");
        int port = FreePorts.Take(1)[0];
        string config = Path.Combine(directory.FullName, "stranger");
        File.WriteAllText(config + ".toml", $$"""
            [cluster]
            cluster_id = "another"
            node_id = 9
            listen_address = "127.0.0.1:{{port}}"
            initial_cluster = [{ id = 9, address = "127.0.0.1:{{port}}" }, { id = 1, address = "{{cluster.Addresses[0]}}" }]
            db_root_dir = "{{directory.FullName}}/db"
            log_dir = "{{directory.FullName}}/logs"
            """);
        using (RealNode stranger = new(config))
        {
            // It dials again after a second at the latest, so these are several attempts.
            for (int i = 0; i < 40; i++)
            {
                Assert.Equal(0, (await cluster.Run("put", $"k{i}", "v")).ExitCode);
                await Task.Delay(100);
            }
            string refusal = Assert.Single(LinesWith(stranger.Said, "refuses this node"));
            Assert.Contains("it belongs to cluster \"dengine\"", refusal, StringComparison.Ordinal);
            string closed = Assert.Single(LinesWith(cluster[1].Said, "Closed a connection from 127.0.0.1"));
            Assert.Contains("asks for cluster \"another\"", closed, StringComparison.Ordinal);
            output.WriteLine(stranger.Said);
            output.WriteLine(cluster[1].Said);
        }
        directory.Delete(recursive: true);
        Assert.Equal(leader, await cluster.LeaderAsync());
    }

    private static string[] LinesWith(string said, string what) =>
        [.. said.Split(Environment.NewLine).Where(line => line.Contains(what, StringComparison.Ordinal))];

    private static byte[] Hello(string cluster)
    {
        byte[] buffer = new byte[Handshake.HelloBytesMax];
        ClientHello hello = new()
        {
            VersionMin = 1,
            VersionMax = 1,
            Role = ConnectionRole.Client,
            ClusterId = cluster,
            Sender = NodeId.None,
            Target = NodeId.None,
            FrameBytesMax = FrameFormat.ClientFrameBytesMax,
        };
        return buffer[..Handshake.Write(buffer, hello)];
    }

    private static byte[] HalfAFrame()
    {
        FrameBuffer buffer = new();
        MessageEncoder.Write(buffer, new ClientGet(1, ReadConsistency.Eventual), new byte[100]);
        return buffer.WrittenSpan[..50].ToArray();
    }

    /// <summary>The header's checksum is good, so that only the length is outrageous.</summary>
    private static byte[] FrameOf4Gigabytes()
    {
        byte[] frame = new byte[FrameFormat.OverheadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, uint.MaxValue);
        uint checksum = uint.MaxValue;
        for (int i = 0; i < 4; i++) checksum = System.Numerics.BitOperations.Crc32C(checksum, frame[i]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), ~checksum);
        return frame;
    }

    private static async Task SendAsync(IPEndPoint target, byte[] bytes)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(target);
            await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            byte[] answer = new byte[4096];
            while (await socket.ReceiveAsync(answer) > 0)
            {
                // Until the node closes.
            }
        }
        catch (SocketException)
        {
            // The node has closed already, which is as good.
        }
    }

    /// <summary>What the node answers to a body that is sent without asking whether it is welcome.</summary>
    private static async Task<string> PostAsync(IPEndPoint target, int bodyBytes, bool isChunked)
    {
        const int ChunkBytes = 1 << 16;
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(target);
        string length = isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {bodyBytes}";
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /put HTTP/1.1\r\nHost: node\r\n{length}\r\n\r\n"));
        byte[] chunk = new byte[ChunkBytes];
        chunk.AsSpan().Fill((byte)' ');
        byte[] piece = isChunked ? [.. Encoding.ASCII.GetBytes($"{ChunkBytes:x}\r\n"), .. chunk, .. "\r\n"u8] : chunk;
        Task sending = Task.Run(async () =>
        {
            for (int sent = 0; sent < bodyBytes; sent += ChunkBytes) await socket.SendAsync(piece);
        });
        byte[] answer = new byte[4096];
        int count = await socket.ReceiveAsync(answer).WaitAsync(RealCluster.Patience);
        socket.Dispose();
        await Record.ExceptionAsync(() => sending);
        return Encoding.UTF8.GetString(answer, 0, count);
    }
}
