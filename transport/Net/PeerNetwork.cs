using DEngine.Core;

namespace DEngine.Transport;

/// <summary>Where a peer listens.</summary>
/// <param name="Id">The peer.</param>
/// <param name="Host">A name or an address; resolved at every attempt to connect.</param>
/// <param name="Port">Its port.</param>
public readonly record struct PeerAddress(NodeId Id, string Host, int Port)
{
    /// <summary>As it is written in files.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>The ways to all peers.</summary>
public sealed class PeerNetwork : INodeNetwork, IAsyncDisposable
{
    private readonly PeerLink[] _links;
    private readonly CancellationTokenSource _stopping = new();
    private Task[] _running = [];

    /// <param name="own">What this node says of itself.</param>
    /// <param name="peers">The others.</param>
    /// <param name="options">Limits.</param>
    /// <param name="observer">Told what happens to connections.</param>
    public PeerNetwork(HandshakeIdentity own, IEnumerable<PeerAddress> peers, TransportOptions options, ITransportObserver observer)
    {
        ArgumentNullException.ThrowIfNull(own);
        _links = [.. peers.Select(peer => new PeerLink(peer, HelloTo(own, peer.Id), options, observer))];
    }

    /// <summary>What this node says of its directory from now on: every peer is told at once, in a new greeting. Any thread.</summary>
    public void SetDirectory(in DirectoryStamp stamp)
    {
        foreach (PeerLink link in _links) link.SetDirectory(stamp);
    }

    /// <summary>Starts dialling. Once.</summary>
    public void Start() => _running = [.. _links.Select(link => Task.Run(() => link.RunAsync(_stopping.Token)))];

    /// <inheritdoc/>
    public void Send(NodeId target, ReadOnlySpan<byte> frame) => Find(target)?.Append(frame);

    /// <inheritdoc/>
    public void Flush()
    {
        foreach (PeerLink link in _links) link.Flush();
    }

    /// <summary>The peer has connected to this node, so it can be connected to. Any thread.</summary>
    public void OnPeerSeen(NodeId peer) => Find(peer)?.Nudge();

    /// <summary>Frames for a peer that were dropped because too many were waiting. Any thread.</summary>
    public long DroppedFrames(NodeId peer) => Find(peer)?.DroppedFrames ?? 0;

    /// <inheritdoc/>
    public bool IsConnected(NodeId peer) => Find(peer)?.IsConnected ?? false;

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(false);
        foreach (PeerLink link in _links) link.Dispose();
        _stopping.Dispose();
    }

    private static ClientHello HelloTo(HandshakeIdentity own, NodeId peer) => new()
    {
        VersionMin = own.VersionMin,
        VersionMax = own.VersionMax,
        Role = ConnectionRole.Peer,
        ClusterId = own.ClusterId,
        Sender = own.Node,
        Target = peer,
        FrameBytesMax = own.PeerFrameBytesMax,
        Features = own.Features,
        Directory = own.Directory,
    };

    private PeerLink? Find(NodeId peer)
    {
        foreach (PeerLink link in _links)
        {
            if (link.Peer == peer) return link;
        }

        return null;
    }
}
