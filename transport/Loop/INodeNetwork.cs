using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Frames leave in one write per peer and pass.</summary>
public interface INodeNetwork : INetwork
{
    /// <summary>Ends a pass: whatever was sent in it may leave now. Loop thread; does not block.</summary>
    void Flush();

    /// <summary>Whether frames for this peer can leave at the moment. Any thread.</summary>
    bool IsConnected(NodeId peer);
}
