using System.Net;
using System.Net.Sockets;

namespace DEngine.Server.Tests;

internal static class FreePorts
{
    /// <summary>Ports that nobody listened on a moment ago, all different.</summary>
    public static int[] Take(int count)
    {
        Socket[] holders = [.. Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))];
        foreach (Socket holder in holders) holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int[] ports = [.. holders.Select(holder => ((IPEndPoint)holder.LocalEndPoint!).Port)];
        foreach (Socket holder in holders) holder.Dispose();
        return ports;
    }
}
