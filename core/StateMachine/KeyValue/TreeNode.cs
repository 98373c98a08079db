namespace DEngine.Core;

/// <summary>
/// A node of the copy-on-write B+tree. A node whose <see cref="Stamp"/> is the tree's current one was made since the last publish, is reachable by the writer
/// only, and is changed in place; every other node may be under a reader's eyes and is never written again.
/// </summary>
/// <remarks>
/// Fill: <c>CountMin &lt;= Count &lt;= Capacity</c> for every node but the root. A split leaves 16 + 16 (at the right edge 24 + 8). A node that would fall
/// below 8 is merged when it and its neighbour hold at most 24 together, else the two share evenly (12 or more each). The gaps between 8, 12, 16 and 24 keep
/// a key that is deleted and put back from splitting and merging the same node every time.
/// </remarks>
internal abstract class TreeNode
{
    internal const int Capacity = 32;
    internal const int CountMin = 8;
    internal const int MergedCountMax = 24;

    protected TreeNode(long stamp) => Stamp = stamp;

    internal long Stamp { get; private set; }

    /// <summary>Records of a leaf, children of a branch.</summary>
    internal int Count { get; private protected set; }

    /// <summary>A key that is above every key left of this node and at most every key in it. Not asked of a tree's leftmost node.</summary>
    internal abstract byte[] LowerBound { get; }

    /// <summary>An empty node of the same level.</summary>
    internal abstract TreeNode NewSibling(long stamp);

    /// <summary>Adds copies of the first <paramref name="count"/> slots of the neighbour to the right, which is only read.</summary>
    internal abstract void AppendFrom(TreeNode right, int count);

    /// <summary>Adds copies of the last <paramref name="count"/> slots of the neighbour to the left, which is only read.</summary>
    internal abstract void PrependFrom(TreeNode left, int count);

    internal abstract void DropFirst(int count);

    internal abstract void DropLast(int count);

    /// <summary>This node, if the writer owns it; else a copy that it owns.</summary>
    internal TreeNode Own(long stamp)
    {
        if (Stamp == stamp) return this;
        var copy = (TreeNode)MemberwiseClone();
        copy.Stamp = stamp;
        return copy;
    }
}
