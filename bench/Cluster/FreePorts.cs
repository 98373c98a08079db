using System.Net;
using System.Net.Sockets;

namespace DEngine.Bench;

/// <summary>Ports on the loopback address that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>Below the range that outgoing connections take theirs from.</summary>
    private const int First = 20_000, Count = 10_000;

    public static int[] Take(int count)
    {
        var ports = new List<int>();
        int start = Random.Shared.Next(Count);
        for (int i = 0; i < Count && ports.Count < count; i++)
        {
            int port = First + ((start + i) % Count);
            if (IsFree(port)) ports.Add(port);
        }

        return ports.Count == count ? [.. ports] : throw new IOException($"Fewer than {count} of {Count} ports from {First} on are free.");
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
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
