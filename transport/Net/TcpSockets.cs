using System.Net.Sockets;
using System.Runtime.InteropServices;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>What all connections have in common.</summary>
internal static class TcpSockets
{
    private const int TcpLevel = 6;
    private const int TcpUserTimeoutOnLinux = 18;

    public static void Prepare(Socket socket, TransportOptions options)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        if (!OperatingSystem.IsLinux()) return;

        // Without it a connection over a healed partition waits for TCP's own backoff, up to minutes.
        int milliseconds = (int)options.UnacknowledgedTimeout.TotalMilliseconds;
        socket.SetRawSocketOption(TcpLevel, TcpUserTimeoutOnLinux, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in milliseconds)));
    }

    /// <summary>Sends all of it.</summary>
    public static async ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await socket.SendAsync(bytes, SocketFlags.None, cancellation).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    /// <summary>Whether an exception is one of a connection that is gone, rather than of a mistake in here.</summary>
    public static bool IsConnectionGone(Exception error) =>
        error is SocketException or IOException or ObjectDisposedException or OperationCanceledException;

    /// <summary>Dials, greets, and reads the answer, all within the connect timeout.</summary>
    /// <exception cref="IOException">The other side is none of ours, or closed early.</exception>
    public static async Task<(Socket Socket, ServerHello Answer)> ConnectAsync(
        string host, int port, ClientHello hello, TransportOptions options, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(options.ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, deadline.Token).ConfigureAwait(false);
            Prepare(socket, options);

            // A port of the machine's own dynamic range can be dialled and answered by the very same socket when nobody listens on it.
            if (Equals(socket.LocalEndPoint, socket.RemoteEndPoint)) throw new IOException("nobody listens there");
            byte[] buffer = new byte[Handshake.HelloBytesMax];
            int length = Handshake.Write(buffer, hello);
            await SendAllAsync(socket, buffer.AsMemory(0, length), deadline.Token).ConfigureAwait(false);
            return (socket, await ReadAnswerAsync(socket, buffer, deadline.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException($"no answer within {options.ConnectTimeout.TotalSeconds:0.#} s");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<ServerHello> ReadAnswerAsync(Socket socket, byte[] buffer, CancellationToken cancellation)
    {
        int received = 0;
        while (true)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(received), SocketFlags.None, cancellation).ConfigureAwait(false);
            if (count == 0) throw new IOException("closed without an answer");
            received += count;
            HelloStatus status = Handshake.Parse(buffer.AsSpan(0, received), out ServerHello? answer, out int length);
            if (status == HelloStatus.NeedMore) continue;
            if (status != HelloStatus.Ok || answer is null || length != received) throw new IOException("what answers there is no DEngine node");
            return answer;
        }
    }
}
