using System.Net;
using System.Net.Sockets;

namespace DEngine.Transport.Tests;

/// <summary>The two ends of one connection over loopback.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket left, Socket right)
    {
        Left = left;
        Right = right;
    }

    public Socket Left { get; }

    public Socket Right { get; }

    public static async Task<SocketPair> CreateAsync()
    {
        using Socket listener = TcpPort.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var left = new Socket(SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accepting = listener.AcceptAsync();
        await left.ConnectAsync(listener.LocalEndPoint!);
        return new SocketPair(left, await accepting);
    }

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }
}
