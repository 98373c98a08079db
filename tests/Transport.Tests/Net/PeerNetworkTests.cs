using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DEngine.Core;

namespace DEngine.Transport.Tests;

public sealed class PeerNetworkTests
{
    private static readonly NodeId Self = new(1);
    private static readonly NodeId Peer = new(2);

    [Fact]
    public async Task Frames_reach_the_peer_in_order_and_a_peer_that_comes_back_is_found_again()
    {
        using Socket listener = TcpPort.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var observer = new Observer();
        await using PeerNetwork network = Network(listener, observer, new TransportOptions());
        for (int round = 0; round < 3; round++)
        {
            using Socket accepted = await AcceptAsync(listener, HandshakeStatus.Ok);
            await Patience.UntilAsync(() => network.IsConnected(Peer));
            for (byte i = 0; i < 100; i++) network.Send(Peer, [i]);
            network.Flush();
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), await ReceiveAsync(accepted, 100));
            accepted.Dispose();
            await Patience.UntilAsync(() => !network.IsConnected(Peer));
        }

        Assert.Equal(0, network.DroppedFrames(Peer));
    }

    [Fact]
    public async Task A_peer_that_does_not_read_costs_a_bounded_amount_and_blocks_nobody()
    {
        using Socket listener = TcpPort.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var limits = new TransportOptions { PeerPendingBytesMax = 1 << 20, PeerPendingFramesMax = 1000 };
        await using PeerNetwork network = Network(listener, new Observer(), limits);
        using Socket accepted = await AcceptAsync(listener, HandshakeStatus.Ok);
        await Patience.UntilAsync(() => network.IsConnected(Peer));
        byte[] frame = new byte[64 << 10];
        for (int i = 0; i < 2000; i++)
        {
            network.Send(Peer, frame);
            network.Flush();
        }

        Assert.True(network.DroppedFrames(Peer) > 1000);
    }

    [Fact]
    public async Task A_refusal_is_reported_once_until_it_changes()
    {
        using Socket listener = TcpPort.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var observer = new Observer();
        await using PeerNetwork network = Network(listener, observer, new TransportOptions { RedialMax = TimeSpan.FromMilliseconds(50) });
        for (int i = 0; i < 3; i++) (await AcceptAsync(listener, HandshakeStatus.WrongCluster)).Dispose();
        using Socket accepted = await AcceptAsync(listener, HandshakeStatus.Ok);
        await Patience.UntilAsync(() => network.IsConnected(Peer));
        Assert.Equal(["refuses WrongCluster", "connected"], observer.Events);
    }

    [Fact]
    public async Task A_peer_that_is_down_is_reported_once_however_often_it_is_dialled()
    {
        using Socket reserved = TcpPort.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var observer = new Observer();
        int port = ((IPEndPoint)reserved.LocalEndPoint!).Port;
        reserved.Dispose();
        await using (PeerNetwork network = Network(port, observer, new TransportOptions { RedialMax = TimeSpan.FromMilliseconds(20) }))
        {
            await Patience.UntilAsync(() => !observer.Events.IsEmpty);
            await Task.Delay(200);
        }

        Assert.Equal(["lost"], observer.Events);
    }

    private static PeerNetwork Network(Socket listener, Observer observer, TransportOptions options) =>
        Network(((IPEndPoint)listener.LocalEndPoint!).Port, observer, options);

    private static PeerNetwork Network(int port, Observer observer, TransportOptions options)
    {
        var own = new HandshakeIdentity { ClusterId = "test", Node = Self };
        var network = new PeerNetwork(own, [new PeerAddress(Peer, "127.0.0.1", port)], options, observer);
        network.Start();
        return network;
    }

    private static async Task<Socket> AcceptAsync(Socket listener, HandshakeStatus status)
    {
        while (true)
        {
            Socket accepted = await listener.AcceptAsync().WaitAsync(Patience.Long);
            byte[] buffer = new byte[Handshake.HelloBytesMax];
            if (await ReadHelloAsync(accepted, buffer) is not { } hello)
            {
                // On a starved machine the dialer may have given up before it was heard; it dials again.
                accepted.Dispose();
                continue;
            }

            Assert.Equal((ConnectionRole.Peer, Self, Peer), (hello.Role, hello.Sender, hello.Target));
            ServerHello answer = HandshakePolicy.Answer(hello, new HandshakeIdentity { ClusterId = "test", Node = Peer }) with { Status = status };
            await accepted.SendAsync(buffer.AsMemory(0, Handshake.Write(buffer, answer)));
            return accepted;
        }
    }

    /// <summary>What the dialer says first; null: it has hung up.</summary>
    private static async Task<ClientHello?> ReadHelloAsync(Socket accepted, byte[] buffer)
    {
        int received = 0;
        while (true)
        {
            int count = await accepted.ReceiveAsync(buffer.AsMemory(received)).AsTask().WaitAsync(Patience.Long);
            if (count == 0) return null;
            received += count;
            if (Handshake.Parse(buffer.AsSpan(0, received), out ClientHello? hello, out _) != HelloStatus.NeedMore) return hello;
        }
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int received = 0; received < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(received)).AsTask().WaitAsync(Patience.Long);
            if (more == 0) throw new EndOfStreamException($"the connection ended after {received} of {count} bytes");
            received += more;
        }

        return bytes;
    }

    private sealed class Observer : ITransportObserver
    {
        public ConcurrentQueue<string> Events { get; } = new();

        public void OnPeerConnected(NodeId peer, string address) => Events.Enqueue("connected");

        public void OnPeerLost(NodeId peer, string address, string reason) => Events.Enqueue("lost");

        public void OnPeerRefuses(NodeId peer, string address, ServerHello answer) => Events.Enqueue($"refuses {answer.Status}");

        public void OnConnectionRefused(string source, string reason) => Events.Enqueue("refused");

        public void OnListenerTrouble(string reason) => Events.Enqueue("trouble");
    }
}
