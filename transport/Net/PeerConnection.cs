using System.Net.Sockets;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>An accepted connection of a peer: verified frames go to the loop, as many at a time as have come. Nothing is sent on it.</summary>
internal sealed class PeerConnection(Socket socket, NodeId peer, DirectoryStamp directory, NodeLoop loop, int frameBytesMax)
{
    /// <summary>Until the other side closes, or sends what is no frame; then the result says what.</summary>
    public async Task<string?> RunAsync(ReadOnlyMemory<byte> received)
    {
        using var reader = new FrameReader(socket, frameBytesMax, received.Span);
        do
        {
            FrameError error = reader.Scan(out int verified);
            if (verified > 0 && !await DeliverAsync(reader.Detach(verified), verified).ConfigureAwait(false)) return null;
            if (error != FrameError.None) return $"a frame of peer {peer} is damaged ({error})";
        }
        while (await reader.ReceiveAsync().ConfigureAwait(false));
        return null;
    }

    /// <summary>False when the loop has ended. A full inbox slows the peer down rather than drop what it sends.</summary>
    private async ValueTask<bool> DeliverAsync(byte[] frames, int length)
    {
        while (true)
        {
            switch (loop.TryPostFrames(peer, directory, frames, length))
            {
                case PostResult.Accepted:
                    return true;
                case PostResult.Closed:
                    return false;
                case PostResult.Full:
                    await loop.WaitForRoomAsync().ConfigureAwait(false);
                    break;
                default:
                    Invariant.Broken("a post has one of three results");
                    return false;
            }
        }
    }
}
