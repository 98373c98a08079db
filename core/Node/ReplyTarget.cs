namespace DEngine.Core;

/// <summary>Who is waiting for an answer.</summary>
internal enum ReplyRoute : byte
{
    /// <summary>Someone behind <see cref="IReplySink"/>; Id is their token.</summary>
    Sink = 0,

    /// <summary>A follower that forwarded; Id is its own.</summary>
    Peer = 1,

    /// <summary>The node's own session; Id is the attempt.</summary>
    OwnSession = 2,
}

/// <summary>Where an answer goes.</summary>
internal readonly record struct ReplyTarget(ReplyRoute Route, NodeId Peer, ulong Id)
{
    public static ReplyTarget Sink(ulong token) => new(ReplyRoute.Sink, NodeId.None, token);

    public static ReplyTarget ForPeer(NodeId peer, ulong id) => new(ReplyRoute.Peer, peer, id);

    public static ReplyTarget OwnSession(ulong attempt) => new(ReplyRoute.OwnSession, NodeId.None, attempt);
}
