using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using DEngine.Core;
using DEngine.Transport;

namespace DEngine.Hosting.Tests.Engine;

public sealed class HostileConnectionsTests
{
    [Fact]
    public async Task Garbage_on_the_port_disturbs_nothing()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(3);
        EngineStatus before = await cluster.Any.GetStatusAsync();
        var random = new Random(1);
        var attacks = new List<Task>();
        for (int node = 1; node <= 3; node++)
        {
            IPEndPoint target = new(IPAddress.Loopback, cluster.PortOf(node));
            for (int i = 0; i < 40; i++)
            {
                byte[] noise = new byte[random.Next(1, 4000)];
                random.NextBytes(noise);
                if (i % 2 == 0) noise[0] = Handshake.FirstByte;
                attacks.Add(SendAsync(target, noise));
            }

            attacks.Add(SendAsync(target, "GET / HTTP/1.1\r\n\r\n"u8.ToArray()));
            attacks.Add(SendAsync(target, Hello(ConnectionRole.Client, "another cluster")));
            attacks.Add(SendAsync(target, Hello(ConnectionRole.Peer, "dengine", sender: 99)));
            attacks.Add(SendAsync(target, [.. Hello(ConnectionRole.Client, "dengine"), .. FrameOf4Gigabytes()]));
            attacks.Add(SendAsync(target, [.. Hello(ConnectionRole.Client, "dengine"), .. HalfAFrame()]));
            attacks.Add(SendAsync(target, [.. Hello(ConnectionRole.Peer, "dengine", sender: (uint)(node % 3) + 1), .. FrameOf4Gigabytes()]));
            attacks.Add(SendAsync(target, [.. Hello(ConnectionRole.Client, "dengine"), .. PeerFrame()]));
        }

        await Task.WhenAll(attacks).WaitAsync(EngineCluster.Patience);
        foreach (EmbeddedEngine engine in cluster.Running)
        {
            await engine.Client.PutAsync($"after{engine.NodeId}", "1");
            Assert.NotNull(await engine.Client.GetAsync($"after{engine.NodeId}"));
        }

        // Peers' connections that were pushed aside may have cost an election; the data not.
        Assert.True((await cluster.Any.GetStatusAsync()).CommitIndex > before.CommitIndex);
        Assert.InRange(cluster.Loggers.LinesOf("DEngine.Transport").Count(line => line.Contains("Closed a connection", StringComparison.Ordinal)), 1, 3);
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task A_client_that_asks_and_never_reads_stalls_only_itself()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1);
        byte[] large = new byte[512 << 10];
        await cluster.Any.Client.PutAsync("large"u8.ToArray(), large);

        using var greedy = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await greedy.ConnectAsync(IPAddress.Loopback, cluster.PortOf(1));
        await greedy.SendAsync(Hello(ConnectionRole.Client, "dengine"));
        var requests = new FrameBuffer();
        for (ulong id = 0; id < 20_000; id++) MessageEncoder.Write(requests, new ClientGet(id, ReadConsistency.Linearizable), "large"u8);
        Task asking = greedy.SendAsync(requests.WrittenMemory).AsTask();

        await using DEngineClient other = DEngineClient.Connect(cluster.EndpointOf(1));
        for (int i = 0; i < 100; i++)
        {
            await other.PutAsync($"k{i}", "v");
            await cluster.Any.Client.PutAsync($"l{i}", "v");
            Assert.NotNull(await other.GetAsync($"l{i}"));
        }

        Assert.True((await cluster.Any.GetStatusAsync()).PendingReads < 5000);
        greedy.Dispose();
        await Record.ExceptionAsync(() => asking);
        Assert.Empty(cluster.Fatal);
    }

    [Fact]
    public async Task What_is_no_command_never_reaches_the_log()
    {
        await using EngineCluster cluster = await EngineCluster.StartAsync(1);
        long before = (await cluster.Any.GetStatusAsync()).LastIndex;
        byte[][] payloads =
        [
            [], [1, 2, 3], Envelope([9]), Envelope([]), Envelope(Put(new byte[5000], [])), Envelope(Put([1], new byte[(1 << 20) + 1])),
        ];
        var receiver = new Receiver();
        await using NativeConnection connection = await NativeConnection.ConnectAsync(
            "127.0.0.1", cluster.PortOf(1), "dengine", receiver, new TransportOptions(), CancellationToken.None);
        for (int i = 0; i < payloads.Length; i++)
        {
            Assert.True(connection.TrySendCommand((ulong)i, EntryKind.Command, payloads[i]));
            Assert.Equal((ulong)i, await receiver.NextAsync(CommandStatus.Malformed));
        }

        Assert.True(connection.TrySendCommand(99, EntryKind.RegisterSession, [1]));
        Assert.Equal(99UL, await receiver.NextAsync(CommandStatus.Malformed));
        Assert.Equal(before, (await cluster.Any.GetStatusAsync()).LastIndex);
    }

    private static byte[] Envelope(byte[] command)
    {
        var envelope = SessionEnvelope.WithoutSession(command);
        byte[] bytes = new byte[envelope.Size];
        envelope.Write(bytes);
        return bytes;
    }

    private static byte[] Put(byte[] key, byte[] value)
    {
        var command = KeyValueCommand.Put(key, value);
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }

    private static byte[] Hello(ConnectionRole role, string cluster, uint sender = 0)
    {
        byte[] buffer = new byte[Handshake.HelloBytesMax];
        var hello = new ClientHello
        {
            VersionMin = 1,
            VersionMax = 1,
            Role = role,
            ClusterId = cluster,
            Sender = new NodeId(sender),
            Target = NodeId.None,
            FrameBytesMax = FrameFormat.ClientFrameBytesMax,
        };
        return buffer[..Handshake.Write(buffer, hello)];
    }

    private static byte[] FrameOf4Gigabytes()
    {
        // With a good header checksum: made from a real frame's, so that only the length is outrageous.
        byte[] frame = new byte[FrameFormat.OverheadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, uint.MaxValue);
        uint checksum = 0xFFFFFFFF;
        for (int i = 0; i < 4; i++) checksum = System.Numerics.BitOperations.Crc32C(checksum, frame[i]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), ~checksum);
        return frame;
    }

    private static byte[] HalfAFrame()
    {
        var buffer = new FrameBuffer();
        MessageEncoder.Write(buffer, new ClientGet(1, ReadConsistency.Eventual), new byte[100]);
        return buffer.WrittenSpan[..50].ToArray();
    }

    private static byte[] PeerFrame()
    {
        var buffer = new FrameBuffer();
        MessageEncoder.Write(buffer, new StaleTerm(1_000_000));
        return buffer.WrittenSpan.ToArray();
    }

    private static async Task SendAsync(IPEndPoint target, byte[] bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
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

    private sealed class Receiver : INativeReceiver
    {
        private readonly System.Threading.Channels.Channel<(ulong Id, CommandStatus Status)> _results =
            System.Threading.Channels.Channel.CreateUnbounded<(ulong, CommandStatus)>();

        public async Task<ulong> NextAsync(CommandStatus expected)
        {
            (ulong id, CommandStatus status) = await _results.Reader.ReadAsync().AsTask().WaitAsync(EngineCluster.Patience);
            Assert.Equal(expected, status);
            return id;
        }

        public void OnResult(in ClientResult result, ReadOnlySpan<byte> reply) => _results.Writer.TryWrite((result.Id, result.Status));

        public void OnGetResult(in ClientGetResult result, ReadOnlySpan<byte> value)
        {
        }

        public void OnScanResult(in ClientScanResult result, ScanRecords records)
        {
        }

        public void OnClosed(NativeConnection connection, string reason) => _results.Writer.TryComplete(new IOException(reason));
    }
}
