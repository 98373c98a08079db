using System.Net;
using System.Net.Sockets;

namespace DEngine.Transport;

/// <summary>Which source addresses have been complained about: one line for each, and no more memory than for so many. Any thread.</summary>
internal sealed class OncePerSource(int sourcesMax = 1024)
{
    private readonly Lock _gate = new();
    private readonly HashSet<IPAddress> _sources = [];

    /// <summary>Whether this source has not been seen here before.</summary>
    public bool IsFirst(IPAddress source)
    {
        lock (_gate)
        {
            if (_sources.Contains(source)) return false;
            if (_sources.Count >= sourcesMax) _sources.Clear();
            return _sources.Add(source);
        }
    }

    /// <summary>The other end's address, without its port.</summary>
    public static IPAddress Of(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint is IPEndPoint { Address: var address } ? Plain(address) : IPAddress.None;
        }
        catch (Exception error) when (TcpSockets.IsConnectionGone(error))
        {
            return IPAddress.None;
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
