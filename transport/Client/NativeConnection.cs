using System.Net.Sockets;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Gets what comes over a <see cref="NativeConnection"/>. On the connection's receiving task, one call at a time; must not block.</summary>
public interface INativeReceiver
{
    /// <summary>An answer to a command; the reply is valid during the call only.</summary>
    void OnResult(in ClientResult result, ReadOnlySpan<byte> reply);

    /// <summary>An answer to a get; the value is valid during the call only.</summary>
    void OnGetResult(in ClientGetResult result, ReadOnlySpan<byte> value);

    /// <summary>An answer to a scan; the records are valid during the call only.</summary>
    void OnScanResult(in ClientScanResult result, ScanRecords records);

    /// <summary>The connection is over: what was not answered will not be. Once.</summary>
    void OnClosed(NativeConnection connection, string reason);
}

/// <summary>The client's end of a native connection. Requests are gathered and sent together; any thread may send.</summary>
public sealed class NativeConnection : IAsyncDisposable
{
    private const int PendingBytesMax = 64 << 20;

    private readonly Socket _socket;
    private readonly INativeReceiver _receiver;
    private readonly TransportOptions _options;
    private readonly Lock _gate = new();
    private readonly AsyncSignal _work = new();
    private FrameBuffer _pending;
    private FrameBuffer _sending;
    private volatile bool _isClosed;
    private Task _receiving = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;

    private NativeConnection(Socket socket, ServerHello answer, INativeReceiver receiver, TransportOptions options)
    {
        _socket = socket;
        _receiver = receiver;
        _options = options;
        Node = answer.Node;
        FrameBytesMax = Math.Min(answer.FrameBytesMax, options.ClientFrameBytesMax);
        _pending = new FrameBuffer(FrameBytesMax);
        _sending = new FrameBuffer(FrameBytesMax);
    }

    /// <summary>The node at the other end.</summary>
    public NodeId Node { get; }

    /// <summary>Largest whole frame that can be sent.</summary>
    public int FrameBytesMax { get; }

    /// <summary>Connects and greets.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The node's port.</param>
    /// <param name="clusterId">The cluster that is meant; empty for any.</param>
    /// <param name="receiver">Gets answers.</param>
    /// <param name="options">Limits; frames may be as large as they say.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="SocketException">Nobody answers.</exception>
    /// <exception cref="IOException">What answers is no node, or does not want this client; the message says why.</exception>
    public static async Task<NativeConnection> ConnectAsync(
        string host, int port, string clusterId, INativeReceiver receiver, TransportOptions options, CancellationToken cancellation)
    {
        var hello = new ClientHello
        {
            VersionMin = Handshake.WireVersion,
            VersionMax = Handshake.WireVersion,
            Role = ConnectionRole.Client,
            ClusterId = clusterId,
            Sender = NodeId.None,
            Target = NodeId.None,
            FrameBytesMax = options.ClientFrameBytesMax,
        };
        (Socket socket, ServerHello answer) = await TcpSockets.ConnectAsync(host, port, hello, options, cancellation).ConfigureAwait(false);
        if (answer.Status != HandshakeStatus.Ok)
        {
            socket.Dispose();
            throw new IOException($"node {answer.Node.Value} of cluster \"{answer.ClusterId}\" refuses: {answer.Status}");
        }

        var connection = new NativeConnection(socket, answer, receiver, options);
        connection._receiving = connection.ReceiveAsync();
        connection._writing = connection.WriteAsync();
        return connection;
    }

    /// <summary>False when the connection is over or too much waits; the request has not been sent then.</summary>
    public bool TrySendCommand(ulong id, EntryKind kind, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (!MaySend(payload.Length)) return false;
            MessageEncoder.Write(_pending, new ClientCommand(id, kind), payload);
        }

        _work.Set();
        return true;
    }

    /// <inheritdoc cref="TrySendCommand"/>
    public bool TrySendGet(ulong id, ReadConsistency consistency, ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            if (!MaySend(key.Length)) return false;
            MessageEncoder.Write(_pending, new ClientGet(id, consistency), key);
        }

        _work.Set();
        return true;
    }

    /// <inheritdoc cref="TrySendCommand"/>
    public bool TrySendScan(in ClientScan scan, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after)
    {
        lock (_gate)
        {
            if (!MaySend(prefix.Length + after.Length)) return false;
            MessageEncoder.Write(_pending, scan, prefix, !after.IsEmpty, after);
        }

        _work.Set();
        return true;
    }

    /// <summary>Closes the connection; the receiver is told.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await _receiving.ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
    }

    private bool MaySend(int payloadBytes) =>
        !_isClosed && payloadBytes <= FrameFormat.PayloadBytesMax(FrameBytesMax) && _pending.Length <= PendingBytesMax;

    private void Close()
    {
        _isClosed = true;
        _socket.Dispose();
        _work.Set();
    }

    private async Task WriteAsync()
    {
        try
        {
            while (!_isClosed)
            {
                await _work.WaitAsync().ConfigureAwait(false);
                while (TakePending() && !_isClosed) await TcpSockets.SendAllAsync(_socket, _sending.WrittenMemory).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (TcpSockets.IsConnectionGone(error))
        {
            Close();
        }
    }

    private bool TakePending()
    {
        lock (_gate)
        {
            _sending.Reset();
            (_pending, _sending) = (_sending, _pending);
            return _sending.Length > 0;
        }
    }

    private async Task ReceiveAsync()
    {
        // Off the caller's stack: answers may be handled inside.
        await Task.Yield();
        string reason = "closed by the other side";
        try
        {
            using var reader = new FrameReader(_socket, _options.ClientFrameBytesMax, default);
            while (await reader.ReceiveAsync().ConfigureAwait(false))
            {
                if (Handle(reader) is not { } fault) continue;
                reason = fault;
                break;
            }
        }
        catch (Exception error) when (TcpSockets.IsConnectionGone(error))
        {
            reason = error.Message;
        }

        Close();
        _receiver.OnClosed(this, reason);
    }

    private string? Handle(FrameReader reader)
    {
        FrameError error = reader.Scan(out int verified);
        for (int at = 0; at < verified;)
        {
            int whole = FrameWalk.LengthAt(reader.Buffer, at);
            var handler = new ResponseHandler(_receiver);
            DecodeError refused = MessageDecoder.DecodeClientResponse(reader.Buffer.AsSpan(at, whole), ref handler);
            if (refused != DecodeError.None) return $"an answer could not be read ({refused})";
            at += whole;
        }

        reader.Consume(verified);
        return error == FrameError.None ? null : $"a frame is damaged ({error})";
    }

    private readonly struct ResponseHandler(INativeReceiver receiver) : IClientResponseHandler
    {
        public void OnClientResult(in ClientResult message, ReadOnlySpan<byte> reply) => receiver.OnResult(message, reply);

        public void OnClientGetResult(in ClientGetResult message, ReadOnlySpan<byte> value) => receiver.OnGetResult(message, value);

        public void OnClientScanResult(in ClientScanResult message, ScanRecords records) => receiver.OnScanResult(message, records);
    }
}
