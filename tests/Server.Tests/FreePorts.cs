using System.Net;
using System.Net.Sockets;

namespace DEngine.Server.Tests;

internal static class FreePorts
{
    /// <summary>
    /// Below the range that outgoing connections take theirs from: while a node is down, nobody else may get its port by chance.
    /// </summary>
    private const int First = 20_000, Count = 10_000;

    /// <summary>Ports that nobody listened on a moment ago, all different.</summary>
    public static int[] Take(int count)
    {
        List<int> ports = [];
        int start = Random.Shared.Next(Count);
        for (int i = 0; i < Count && ports.Count < count; i++)
        {
            int port = First + ((start + i) % Count);
            if (IsFree(port)) ports.Add(port);
        }
        return ports.Count == count ? [.. ports] : throw new IOException($"fewer than {count} of {Count} ports from {First} on are free");
    }

    private static bool IsFree(int port)
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
