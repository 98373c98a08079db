using System.Buffers;
using System.Net.Sockets;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// The way to one peer: a connection that this node dials and only sends on. The loop appends frames to one buffer while the other is being sent, so
/// a slow or dead peer costs the loop a copy at most. While there is no connection frames are dropped: Raft repeats what matters.
/// </summary>
internal sealed class PeerLink : IDisposable
{
    private const int BufferBytesKept = 4 << 20;

    private readonly PeerAddress _address;
    private readonly TransportOptions _options;
    private readonly ITransportObserver _observer;
    private readonly Lock _gate = new();
    private readonly AsyncSignal _work = new();
    private readonly SemaphoreSlim _nudge = new(0, 1);
    private volatile ClientHello _hello;
    private volatile bool _isGreetingDue;
    private SendBuffer _pending = new();
    private SendBuffer _sending = new();
    private bool _isConnected;
    private bool _isUnflushed;
    private bool _wasReported;
    private HandshakeStatus _refusal;
    private long _droppedFrames;

    public PeerLink(PeerAddress address, ClientHello hello, TransportOptions options, ITransportObserver observer)
    {
        _address = address;
        _hello = hello;
        _options = options;
        _observer = observer;
    }

    public NodeId Peer => _address.Id;

    /// <summary>Frames that were dropped because too many were waiting. Any thread.</summary>
    public long DroppedFrames => Interlocked.Read(ref _droppedFrames);

    /// <summary>Whether frames can be sent at the moment. Any thread.</summary>
    public bool IsConnected
    {
        get
        {
            lock (_gate) return _isConnected;
        }
    }

    /// <summary>What this node says of its directory from the next greeting on; another history needs a greeting at once. Any thread.</summary>
    public void SetDirectory(in DirectoryStamp stamp)
    {
        bool isChanged = _hello.Directory != stamp;
        _hello = _hello with { Directory = stamp };
        if (!isChanged) return;
        _isGreetingDue = true;
        _work.Set();
        Nudge();
    }

    /// <summary>Loop thread. Copies the frame, or drops it.</summary>
    public void Append(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (!_isConnected) return;
            bool fits = _pending.Length == 0
                || (_pending.Length + (long)frame.Length <= _options.PeerPendingBytesMax && _pending.Frames < _options.PeerPendingFramesMax);
            if (!fits)
            {
                Interlocked.Increment(ref _droppedFrames);
                return;
            }

            _pending.Append(frame);
        }

        _isUnflushed = true;
    }

    /// <summary>Loop thread. Has the sender send what was appended.</summary>
    public void Flush()
    {
        if (!_isUnflushed) return;
        _isUnflushed = false;
        _work.Set();
    }

    /// <summary>The peer has just been heard of: do not wait out the backoff. Any thread.</summary>
    public void Nudge()
    {
        try
        {
            if (_nudge.CurrentCount == 0) _nudge.Release();
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // Someone else was faster, or there is nothing to dial any more.
        }
    }

    /// <summary>After <see cref="RunAsync"/> has ended.</summary>
    public void Dispose() => _nudge.Dispose();

    /// <summary>Dials, sends, and dials again until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan backoff = _options.RedialMin;
        while (!cancellation.IsCancellationRequested)
        {
            if (await TryRunConnectionAsync(cancellation).ConfigureAwait(false)) backoff = _options.RedialMin;
            if (cancellation.IsCancellationRequested) return;
            try
            {
                // Jitter, so that nodes that lost each other at the same instant do not meet again and again at the same instant.
                await _nudge.WaitAsync(backoff * (0.5 + Random.Shared.NextDouble()), cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            backoff = backoff * 2 < _options.RedialMax ? backoff * 2 : _options.RedialMax;
        }
    }

    /// <summary>One connection, from dialling to its end; true when the peer had accepted it.</summary>
    private async Task<bool> TryRunConnectionAsync(CancellationToken cancellation)
    {
        bool accepted = false;
        try
        {
            _isGreetingDue = false;
            (Socket socket, ServerHello answer) = await TcpSockets.ConnectAsync(_address.Host, _address.Port, _hello, _options, cancellation)
                .ConfigureAwait(false);
            using (socket)
            {
                accepted = answer.Status == HandshakeStatus.Ok;
                if (!accepted)
                {
                    ReportRefusal(answer);
                    return false;
                }

                await SendUntilLostAsync(socket, cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (TcpSockets.IsConnectionGone(error))
        {
            if (!cancellation.IsCancellationRequested) ReportLost(accepted, error.Message);
        }

        return accepted;
    }

    private async Task SendUntilLostAsync(Socket socket, CancellationToken cancellation)
    {
        SetConnected(true);
        _observer.OnPeerConnected(Peer, _address.ToString());
        _wasReported = false;
        _refusal = HandshakeStatus.Ok;
        using CancellationTokenRegistration stop = cancellation.Register(static state => ((PeerLink)state!)._work.Set(), this);
        Task closed = WatchCloseAsync(socket);
        try
        {
            while (!cancellation.IsCancellationRequested && !closed.IsCompleted && !_isGreetingDue)
            {
                await _work.WaitAsync().ConfigureAwait(false);
                while (TakePending()) await TcpSockets.SendAllAsync(socket, _sending.Memory, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            SetConnected(false);
            socket.Dispose();
            await closed.ConfigureAwait(false);
        }

        if (!cancellation.IsCancellationRequested && !_isGreetingDue) ReportLost(wasConnected: true, "closed by the other side");
    }

    /// <summary>The peer sends nothing on this connection, so whatever comes is its end.</summary>
    private async Task WatchCloseAsync(Socket socket)
    {
        try
        {
            await socket.ReceiveAsync(new byte[1], SocketFlags.None).ConfigureAwait(false);
        }
        catch (Exception error) when (TcpSockets.IsConnectionGone(error))
        {
            // Gone is what this waits for.
        }

        _work.Set();
    }

    private bool TakePending()
    {
        lock (_gate)
        {
            _sending.Clear(BufferBytesKept);
            (_pending, _sending) = (_sending, _pending);
            return _sending.Length > 0;
        }
    }

    private void SetConnected(bool isConnected)
    {
        lock (_gate)
        {
            _isConnected = isConnected;
            _pending.Clear(BufferBytesKept);
        }
    }

    private void ReportLost(bool wasConnected, string reason)
    {
        if (_wasReported && !wasConnected) return;
        _wasReported = true;
        _observer.OnPeerLost(Peer, _address.ToString(), reason);
    }

    private void ReportRefusal(ServerHello answer)
    {
        if (_refusal == answer.Status) return;
        _refusal = answer.Status;
        _observer.OnPeerRefuses(Peer, _address.ToString(), answer);
    }

    /// <summary>Frames side by side in one array of the pool's, which grows with what is waiting and is given back when that was a lot.</summary>
    private sealed class SendBuffer
    {
        private const int BytesAtFirst = 16 << 10;

        private byte[] _bytes = ArrayPool<byte>.Shared.Rent(BytesAtFirst);

        public int Length { get; private set; }

        public int Frames { get; private set; }

        public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

        public void Append(ReadOnlySpan<byte> frame)
        {
            int end = Length + frame.Length;
            if (end > _bytes.Length) Exchange(Math.Max(end, _bytes.Length * 2));
            frame.CopyTo(_bytes.AsSpan(Length));
            Length = end;
            Frames++;
        }

        public void Clear(int bytesKept)
        {
            Length = 0;
            Frames = 0;
            if (_bytes.Length > bytesKept) Exchange(BytesAtFirst);
        }

        private void Exchange(int bytes)
        {
            byte[] other = ArrayPool<byte>.Shared.Rent(bytes);
            _bytes.AsSpan(0, Length).CopyTo(other);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = other;
        }
    }
}
