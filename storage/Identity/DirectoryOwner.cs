using DEngine.Core;

namespace DEngine.Storage;

/// <summary>The node that a data directory belongs to.</summary>
/// <param name="Cluster">The cluster's name, at most <see cref="ClusterBytesMax"/> bytes in UTF-8.</param>
/// <param name="Node">Its number there.</param>
public readonly record struct DirectoryOwner(string Cluster, NodeId Node)
{
    /// <summary>The longest <see cref="Cluster"/>, in bytes of UTF-8.</summary>
    public const int ClusterBytesMax = 255;

    public override string ToString() => $"node {Node.Value} of cluster \"{Cluster}\"";
}
