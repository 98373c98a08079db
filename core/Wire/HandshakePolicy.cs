namespace DEngine.Core;

/// <summary>What a node says of itself when it is connected to.</summary>
public sealed record HandshakeIdentity
{
    /// <summary>The cluster it belongs to; see <see cref="Handshake.IsClusterId"/>.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Nodes that may connect as peers; null lets any node of the cluster in.</summary>
    public IReadOnlyCollection<NodeId>? Peers { get; init; }

    /// <summary>Oldest version of the wire format that it can speak, 1 and up.</summary>
    public ushort VersionMin { get; init; } = Handshake.WireVersion;

    /// <summary>Newest version of the wire format that it can speak.</summary>
    public ushort VersionMax { get; init; } = Handshake.WireVersion;

    /// <summary>Largest whole frame that it accepts from a peer.</summary>
    public int PeerFrameBytesMax { get; init; } = FrameFormat.PeerFrameBytesMax;

    /// <summary>Largest whole frame that it accepts from a client.</summary>
    public int ClientFrameBytesMax { get; init; } = FrameFormat.ClientFrameBytesMax;

    /// <summary>What it can do beyond its version.</summary>
    public ulong Features { get; init; }

    /// <summary>The directory that it runs on, in which life, and the history that its log belongs to by now.</summary>
    public DirectoryStamp Directory { get; init; }

    /// <summary>Whether it is stopping.</summary>
    public bool Stopping { get; init; }
}

/// <summary>Who may connect, and how the two will speak. Pure; callable from any thread.</summary>
public static class HandshakePolicy
{
    /// <summary>
    /// Answers a hello. Where more than one thing is wrong the answer names the one that is to be mended first: the hello itself, then its
    /// version, then where it was sent to, then the sender, then its history (Z6); what passes by itself, stopping, comes last.
    /// </summary>
    public static ServerHello Answer(ClientHello hello, HandshakeIdentity own)
    {
        HandshakeStatus status = Judge(hello, own);
        bool ok = status == HandshakeStatus.Ok;
        return new ServerHello
        {
            Version = ok ? Math.Min(hello.VersionMax, own.VersionMax) : (ushort)0,
            Status = status,
            ClusterId = own.ClusterId,
            Node = own.Node,
            FrameBytesMax = hello.Role == ConnectionRole.Peer ? own.PeerFrameBytesMax : own.ClientFrameBytesMax,
            Features = ok ? hello.Features & own.Features : 0,
            Directory = hello.Role == ConnectionRole.Peer ? own.Directory : default,
        };
    }

    /// <summary>Answers bytes that begin like a hello and are none (<see cref="HelloStatus.Invalid"/>).</summary>
    public static ServerHello AnswerInvalid(HandshakeIdentity own) => new()
    {
        Version = 0,
        Status = HandshakeStatus.BadHello,
        ClusterId = own.ClusterId,
        Node = own.Node,
        FrameBytesMax = own.ClientFrameBytesMax,
    };

    private static HandshakeStatus Judge(ClientHello hello, HandshakeIdentity own)
    {
        bool peer = hello.Role == ConnectionRole.Peer;
        if (hello.VersionMin == 0 || hello.VersionMin > hello.VersionMax || peer == hello.Sender.IsNone) return HandshakeStatus.BadHello;
        if (hello.VersionMin > own.VersionMax || hello.VersionMax < own.VersionMin) return HandshakeStatus.UnsupportedVersion;

        bool anyCluster = !peer && hello.ClusterId.Length == 0;
        if (!anyCluster && !string.Equals(hello.ClusterId, own.ClusterId, StringComparison.Ordinal)) return HandshakeStatus.WrongCluster;
        if (!hello.Target.IsNone && hello.Target != own.Node) return HandshakeStatus.WrongNode;
        if (peer && (hello.Sender == own.Node || own.Peers?.Contains(hello.Sender) == false)) return HandshakeStatus.UnknownPeer;
        if (peer && !own.Directory.History.IsRelatedTo(hello.Directory.History)) return HandshakeStatus.OtherHistory;
        return own.Stopping ? HandshakeStatus.Stopping : HandshakeStatus.Ok;
    }
}
