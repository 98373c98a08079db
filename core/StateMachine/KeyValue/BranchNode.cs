using System.Runtime.CompilerServices;

namespace DEngine.Core;

/// <summary>
/// An inner node. <c>Separators[i] &lt;= every key in Children[i] &lt; Separators[i + 1]</c>. A separator may outlive the record that it was taken from: it
/// stays a true bound. <c>Separators[0]</c> is the bound that the parent keeps for this node (null at the left edge of the tree); no search looks at it,
/// and keeping it lets slots move between neighbours without asking the parent.
/// </summary>
internal sealed class BranchNode(long stamp) : TreeNode(stamp)
{
    private ChildSlots _children;
    private SeparatorSlots _separators;

    internal ReadOnlySpan<TreeNode> Children => ChildSpan[..Count];

    internal ReadOnlySpan<byte[]> Separators => SeparatorSpan[..Count];

    internal override byte[] LowerBound => _separators[0];

    private Span<TreeNode> ChildSpan => _children;

    private Span<byte[]> SeparatorSpan => _separators;

    /// <summary>Which child holds the key, if any does: the last one whose separator is not above it.</summary>
    internal int ChildFor(ReadOnlySpan<byte> key)
    {
        int low = 0, high = Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (key.SequenceCompareTo(_separators[middle]) >= 0) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    /// <summary>Makes a child the writer's own. This node must be the writer's own already.</summary>
    internal TreeNode OwnChild(int position, long stamp)
    {
        TreeNode child = _children[position];
        TreeNode owned = child.Own(stamp);
        if (!ReferenceEquals(child, owned)) _children[position] = owned;
        return owned;
    }

    internal void SetSeparator(int position, byte[] separator) => _separators[position] = separator;

    internal void Insert(int position, byte[] separator, TreeNode child)
    {
        ChildSpan[position..Count].CopyTo(ChildSpan[(position + 1)..]);
        SeparatorSpan[position..Count].CopyTo(SeparatorSpan[(position + 1)..]);
        _children[position] = child;
        _separators[position] = separator;
        Count++;
    }

    internal void RemoveAt(int position)
    {
        ChildSpan[(position + 1)..Count].CopyTo(ChildSpan[position..]);
        SeparatorSpan[(position + 1)..Count].CopyTo(SeparatorSpan[position..]);
        DropLast(1);
    }

    internal override TreeNode NewSibling(long stamp) => new BranchNode(stamp);

    internal override void AppendFrom(TreeNode right, int count)
    {
        var source = (BranchNode)right;
        source.ChildSpan[..count].CopyTo(ChildSpan[Count..]);
        source.SeparatorSpan[..count].CopyTo(SeparatorSpan[Count..]);
        Count += count;
    }

    internal override void PrependFrom(TreeNode left, int count)
    {
        var source = (BranchNode)left;
        ChildSpan[..Count].CopyTo(ChildSpan[count..]);
        SeparatorSpan[..Count].CopyTo(SeparatorSpan[count..]);
        source.ChildSpan[(source.Count - count)..source.Count].CopyTo(ChildSpan);
        source.SeparatorSpan[(source.Count - count)..source.Count].CopyTo(SeparatorSpan);
        Count += count;
    }

    internal override void DropFirst(int count)
    {
        ChildSpan[count..Count].CopyTo(ChildSpan);
        SeparatorSpan[count..Count].CopyTo(SeparatorSpan);
        DropLast(count);
    }

    internal override void DropLast(int count)
    {
        ChildSpan[(Count - count)..Count].Clear();
        SeparatorSpan[(Count - count)..Count].Clear();
        Count -= count;
    }

    [InlineArray(Capacity)]
    private struct ChildSlots
    {
        private TreeNode _first;
    }

    [InlineArray(Capacity)]
    private struct SeparatorSlots
    {
        private byte[] _first;
    }
}
