using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Told what people want to know about connections. Any thread; must not block. Never called per message.</summary>
public interface ITransportObserver
{
    /// <summary>The way to a peer is open.</summary>
    void OnPeerConnected(NodeId peer, string address);

    /// <summary>The way to a peer is closed; it is dialled again. Once, however often that fails.</summary>
    void OnPeerLost(NodeId peer, string address, string reason);

    /// <summary>A peer answers and does not want this node. Once for each answer that differs from the one before.</summary>
    void OnPeerRefuses(NodeId peer, string address, ServerHello answer);

    /// <summary>A connection was closed for what came over it. Once per source address.</summary>
    void OnConnectionRefused(string source, string reason);

    /// <summary>New connections cannot be taken at the moment. Once until they can again.</summary>
    void OnListenerTrouble(string reason);
}
