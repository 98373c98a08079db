namespace DEngine.Core;

/// <summary>What a connection is for. On the wire: never renumber.</summary>
public enum ConnectionRole : byte
{
    /// <summary>Another node of the cluster.</summary>
    Peer = 1,

    /// <summary>A native client.</summary>
    Client = 2,
}

/// <summary>The answer to a hello. After anything but <see cref="Ok"/> the connection is closed. On the wire: never renumber.</summary>
public enum HandshakeStatus : byte
{
    /// <summary>Frames may follow.</summary>
    Ok = 0,

    /// <summary>The two ranges of versions do not meet.</summary>
    UnsupportedVersion = 1,

    /// <summary>This node belongs to another cluster, which the answer names.</summary>
    WrongCluster = 2,

    /// <summary>This is not the node that was asked for; the answer names the node.</summary>
    WrongNode = 3,

    /// <summary>This node knows no such peer: a node that was removed, or an address book that is out of date.</summary>
    UnknownPeer = 4,

    /// <summary>The node is stopping. Try another, or later.</summary>
    Stopping = 5,

    /// <summary>The hello was damaged or contradicts itself.</summary>
    BadHello = 6,

    /// <summary>This node's log belongs to another history than the sender's: one of the two was restored from a backup, or formed anew (Z6).</summary>
    OtherHistory = 7,
}

/// <summary>First bytes of whoever opens a connection.</summary>
public sealed record ClientHello
{
    /// <summary>Oldest version of the wire format that the sender can speak.</summary>
    public required ushort VersionMin { get; init; }

    /// <summary>Newest version of the wire format that the sender can speak.</summary>
    public required ushort VersionMax { get; init; }

    /// <summary>What the connection is for.</summary>
    public required ConnectionRole Role { get; init; }

    /// <summary>The cluster that is meant; a client, but no peer, may leave it empty for "any".</summary>
    public required string ClusterId { get; init; }

    /// <summary>The sender, if a peer; <see cref="NodeId.None"/> if a client.</summary>
    public required NodeId Sender { get; init; }

    /// <summary>The node that is meant, or <see cref="NodeId.None"/> for any.</summary>
    public required NodeId Target { get; init; }

    /// <summary>Largest whole frame that the sender accepts, at least <see cref="FrameFormat.MessageOverheadBytesMax"/>.</summary>
    public required int FrameBytesMax { get; init; }

    /// <summary>What the sender can do beyond its version; no bit has a meaning yet.</summary>
    public ulong Features { get; init; }

    /// <summary>The directory that the sender runs on, if a peer; default if a client.</summary>
    public DirectoryStamp Directory { get; init; }
}

/// <summary>The answer to a <see cref="ClientHello"/>.</summary>
public sealed record ServerHello
{
    /// <summary>The version that both will speak; 0 unless <see cref="HandshakeStatus.Ok"/>.</summary>
    public required ushort Version { get; init; }

    /// <summary>Whether frames may follow.</summary>
    public required HandshakeStatus Status { get; init; }

    /// <summary>The cluster that the answering node belongs to.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The answering node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Largest whole frame that the answering node accepts on this connection.</summary>
    public required int FrameBytesMax { get; init; }

    /// <summary>What both sides can do beyond the version; 0 unless <see cref="HandshakeStatus.Ok"/>.</summary>
    public ulong Features { get; init; }

    /// <summary>The directory that the answering node runs on, if a peer asked; default if a client did.</summary>
    public DirectoryStamp Directory { get; init; }
}
