using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Limits and times of the sockets.</summary>
public sealed record TransportOptions
{
    /// <summary>Most accepted connections at one time, HTTP not counted once it is handed on; more are closed at once.</summary>
    public int ConnectionsMax { get; init; } = 4096;

    /// <summary>How long a new connection may take to say what it is.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting to a peer, handshake included, may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Bytes that were sent and not acknowledged by the peer's machine for so long end the connection (Linux).</summary>
    public TimeSpan UnacknowledgedTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First wait before a peer is dialled again; doubled each time, with jitter.</summary>
    public TimeSpan RedialMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest such wait.</summary>
    public TimeSpan RedialMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most bytes that wait to be sent to one peer, unless a single frame is larger; what comes on top is dropped and counted.</summary>
    public int PeerPendingBytesMax { get; init; } = 32 << 20;

    /// <summary>Most frames that wait to be sent to one peer.</summary>
    public int PeerPendingFramesMax { get; init; } = 4096;

    /// <summary>Requests of one native client that may be unanswered; its next one is not read before.</summary>
    public int ClientRequestsInFlightMax { get; init; } = 4096;

    /// <summary>Most entries of one scan of a native client, whatever it asks for.</summary>
    public int ScanEntriesMax { get; init; } = 10_000;

    /// <summary>Largest whole frame from or to a native client.</summary>
    public int ClientFrameBytesMax { get; init; } = FrameFormat.ClientFrameBytesMax;

    /// <summary>Largest whole frame between peers.</summary>
    public int PeerFrameBytesMax { get; init; } = FrameFormat.PeerFrameBytesMax;
}
