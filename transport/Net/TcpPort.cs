using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// The one port of a node. Peers, native clients and HTTP all come here; the first byte tells them apart. What is none of them is closed, and said so
/// once per source.
/// </summary>
public sealed class TcpPort : IAsyncDisposable
{
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);

    private readonly Socket _listener;
    private readonly TcpPortServices _services;
    private readonly TransportOptions _options;
    private readonly OncePerSource _refused = new();
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private readonly Dictionary<NodeId, Socket> _peers = [];
    private readonly Lock _peersGate = new();
    private volatile HandshakeIdentity _identity;
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isStopping;
    private bool _inTrouble;

    /// <param name="listener">Bound and listening (<see cref="Listen"/>); the port's from here on.</param>
    /// <param name="services">Where connections lead.</param>
    /// <param name="options">Limits.</param>
    public TcpPort(Socket listener, TcpPortServices services, TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(services);
        _listener = listener;
        _services = services;
        _options = options;
        _identity = services.Identity;
    }

    /// <summary>Accepted connections at the moment, HTTP that was handed on not counted.</summary>
    public int Connections => _connections.Count;

    /// <summary>Binds and listens, so that connections wait until the port is started.</summary>
    /// <exception cref="SocketException">The address is taken, or not this machine's.</exception>
    public static Socket Listen(IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(512);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Starts accepting. Once.</summary>
    public void Start() => _accepting = Task.Run(AcceptAsync);

    /// <summary>Takes no more connections; those that are there go on.</summary>
    public async Task StopAcceptingAsync()
    {
        _isStopping = true;
        lock (_peersGate) _identity = _identity with { Stopping = true };
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    /// <summary>Closes everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAcceptingAsync().ConfigureAwait(false);
        foreach (Socket socket in _connections.Keys) socket.Dispose();
        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
    }

    /// <summary>What this node says of its directory from now on, and holds against those that greet it. Any thread.</summary>
    public void SetDirectory(in DirectoryStamp stamp)
    {
        lock (_peersGate) _identity = _identity with { Directory = stamp };
    }

    private async Task AcceptAsync()
    {
        while (!_isStopping)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync().ConfigureAwait(false);
                _inTrouble = false;
                Begin(socket);
            }
            catch (Exception error) when (TcpSockets.IsConnectionGone(error))
            {
                if (_isStopping) return;

                // Out of descriptors, or a connection that was gone before it was accepted: neither ends a node.
                if (!_inTrouble) _services.Observer.OnListenerTrouble(error.Message);
                _inTrouble = true;
                await Task.Delay(AcceptPause).ConfigureAwait(false);
            }
        }
    }

    private void Begin(Socket socket)
    {
        // Asked now: a socket that is closed no longer says who was at its other end.
        IPAddress source = OncePerSource.Of(socket);
        if (_connections.Count >= _options.ConnectionsMax)
        {
            Refuse(source, $"{_options.ConnectionsMax} connections are open already");
            socket.Dispose();
            return;
        }

        var started = new TaskCompletionSource();
        Task running = RunAsync(socket, source, started.Task);
        _connections.TryAdd(socket, running);
        started.SetResult();
    }

    private async Task RunAsync(Socket socket, IPAddress source, Task started)
    {
        await started.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        bool handedOn = false;
        try
        {
            handedOn = await ServeAsync(socket, source).ConfigureAwait(false);
        }
        catch (Exception error) when (TcpSockets.IsConnectionGone(error))
        {
            // Connections come and go.
        }
        catch (InvariantViolationException error)
        {
            _services.OnFatal(error);
        }
        finally
        {
            if (!handedOn) socket.Dispose();
            _connections.TryRemove(socket, out _);
        }
    }

    /// <summary>True when the socket belongs to someone else now.</summary>
    private async Task<bool> ServeAsync(Socket socket, IPAddress source)
    {
        using var deadline = new CancellationTokenSource(_options.HelloTimeout);
        byte[] buffer = new byte[Handshake.HelloBytesMax];
        int count = await socket.ReceiveAsync(buffer.AsMemory(0, 1), SocketFlags.Peek, deadline.Token).ConfigureAwait(false);
        if (count == 0) return false;
        byte first = buffer[0];
        if (first == Handshake.FirstByte)
        {
            TcpSockets.Prepare(socket, _options);
            await GreetAsync(socket, source, buffer, deadline).ConfigureAwait(false);
            return false;
        }

        if (char.IsAsciiLetterUpper((char)first) && _services.HttpConnections is { } http)
        {
            if (!_isStopping) return http(socket);
            return false;
        }

        Refuse(source, $"what it sends begins with 0x{first:X2}, and so neither as HTTP does nor as nodes and native clients do");
        return false;
    }

    private async Task GreetAsync(Socket socket, IPAddress source, byte[] buffer, CancellationTokenSource deadline)
    {
        int received = 0;
        ClientHello? hello;
        int length;
        HelloStatus status;
        do
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(received), SocketFlags.None, deadline.Token).ConfigureAwait(false);
            if (count == 0) return;
            received += count;
            status = Handshake.Parse(buffer.AsSpan(0, received), out hello, out length);
        }
        while (status == HelloStatus.NeedMore);

        HandshakeIdentity identity = _identity;
        bool readable = status == HelloStatus.Ok && hello is not null;
        ServerHello answer = readable ? HandshakePolicy.Answer(hello!, identity) : HandshakePolicy.AnswerInvalid(identity);
        byte[] answerBytes = new byte[Handshake.HelloBytesMax];
        int answerLength = Handshake.Write(answerBytes, answer);
        await TcpSockets.SendAllAsync(socket, answerBytes.AsMemory(0, answerLength), deadline.Token).ConfigureAwait(false);
        if (answer.Status != HandshakeStatus.Ok)
        {
            if (answer.Status != HandshakeStatus.Stopping) Refuse(source, Describe(answer.Status, hello));
            return;
        }

        deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        string? fault = await RunAcceptedAsync(socket, hello!, buffer.AsMemory(length..received)).ConfigureAwait(false);
        if (fault is not null) Refuse(source, fault);
    }

    private Task<string?> RunAcceptedAsync(Socket socket, ClientHello hello, ReadOnlyMemory<byte> received)
    {
        if (hello.Role != ConnectionRole.Peer)
            return new ClientConnection(socket, _services.Clients, _options, hello.FrameBytesMax).RunAsync(received);

        // A peer has one connection to send on: when it dials again, the one before is over, whether this side has noticed or not.
        lock (_peersGate)
        {
            if (_peers.TryGetValue(hello.Sender, out Socket? before)) before.Dispose();
            _peers[hello.Sender] = socket;
        }

        _services.OnPeerSeen(hello.Sender);
        return new PeerConnection(socket, hello.Sender, hello.Directory, _services.Clients.Loop, _options.PeerFrameBytesMax).RunAsync(received);
    }

    private void Refuse(IPAddress source, string reason)
    {
        if (_refused.IsFirst(source)) _services.Observer.OnConnectionRefused(source.ToString(), reason);
    }

    private string Describe(HandshakeStatus status, ClientHello? hello) => status switch
    {
        HandshakeStatus.WrongCluster =>
            $"{Sender(hello)} asks for cluster \"{hello?.ClusterId}\", this node belongs to \"{_identity.ClusterId}\"; compare cluster_id",
        HandshakeStatus.WrongNode =>
            $"{Sender(hello)} asks for node {hello?.Target.Value}, this is node {_identity.Node.Value}; compare the addresses in initial_cluster",
        HandshakeStatus.UnknownPeer =>
            $"it says it is node {hello?.Sender.Value}, which is no other member of this cluster; compare initial_cluster",
        HandshakeStatus.OtherHistory =>
            $"{Sender(hello)} has a log of another history ({hello?.Directory.History}) than this node ({_identity.Directory.History}): one of the two was restored "
            + $"from a backup, or formed anew; stop the one that is wrong, empty its data directory, and say `dengine replace` for it",
        HandshakeStatus.UnsupportedVersion => $"it speaks versions {hello?.VersionMin} to {hello?.VersionMax} of the wire format, this node {Handshake.WireVersion}",
        HandshakeStatus.BadHello or HandshakeStatus.Ok or HandshakeStatus.Stopping => "its greeting was damaged",
        _ => $"its greeting was answered {status}",
    };

    private static string Sender(ClientHello? hello) => hello?.Role == ConnectionRole.Peer ? $"node {hello.Sender.Value}" : "a client";
}

/// <summary>Where the connections of a <see cref="TcpPort"/> lead.</summary>
public sealed record TcpPortServices
{
    /// <summary>What this node says of itself.</summary>
    public required HandshakeIdentity Identity { get; init; }

    /// <summary>For native clients, and the loop for peers.</summary>
    public required ClientServices Clients { get; init; }

    /// <summary>Told what is refused.</summary>
    public required ITransportObserver Observer { get; init; }

    /// <summary>A broken invariant was found on a connection: the process must not go on.</summary>
    public required Action<Exception> OnFatal { get; init; }

    /// <summary>Told of every peer that connects.</summary>
    public required Action<NodeId> OnPeerSeen { get; init; }

    /// <summary>Takes over sockets on which HTTP is spoken, nothing read yet; false when it does not want one. Null: HTTP is refused.</summary>
    public Func<Socket, bool>? HttpConnections { get; init; }
}
