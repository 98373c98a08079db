using System.Net;
using System.Net.Sockets;

namespace DEngine.Bench;

/// <summary>
/// Stands between the other nodes and one of them: passes on what it is sent, counts what goes towards that node, and cuts all connections when it is
/// told to.
/// </summary>
internal sealed class CuttableProxy : IAsyncDisposable
{
    private const int BufferBytes = 256 << 10;

    private readonly Socket _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly Task _accepting;
    private long _bytesSent;
    private bool _isCut;

    public CuttableProxy(int port, int targetPort)
    {
        _target = new IPEndPoint(IPAddress.Loopback, targetPort);
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Bytes passed on towards the node behind it, handshakes and all.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>Closes every connection, and every new one, until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        Socket[] open;
        lock (_gate)
        {
            _isCut = true;
            open = [.. _sockets];
        }

        foreach (Socket socket in open) socket.Dispose();
    }

    public void Mend()
    {
        lock (_gate) _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true) passing.Add(PassAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(Socket caller)
    {
        using var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (caller)
        {
            try
            {
                if (!Keep(caller, target)) return;
                await target.ConnectAsync(_target, _stop.Token);
                caller.NoDelay = target.NoDelay = true;

                // Whichever way ends first ends both.
                await Task.WhenAny(PassAsync(caller, target, counts: true), PassAsync(target, caller, counts: false));
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Nobody listens there, or the connection was cut: the caller dials again.
            }
            finally
            {
                lock (_gate)
                {
                    _sockets.Remove(caller);
                    _sockets.Remove(target);
                }
            }
        }
    }

    private bool Keep(Socket caller, Socket target)
    {
        lock (_gate)
        {
            if (_isCut) return false;
            _sockets.Add(caller);
            _sockets.Add(target);
            return true;
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool counts)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
        try
        {
            for (int count = await from.ReceiveAsync(buffer, _stop.Token); count > 0; count = await from.ReceiveAsync(buffer, _stop.Token))
            {
                for (int sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
                if (counts) Interlocked.Add(ref _bytesSent, count);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut, or gone.
        }
    }
}
