using System.Runtime.CompilerServices;

namespace DEngine.Core;

/// <summary>A leaf: records in ascending order of key, held inside the node itself so that copying it is one allocation.</summary>
internal sealed class LeafNode(long stamp) : TreeNode(stamp)
{
    private RecordSlots _slots;

    internal ReadOnlySpan<KeyValueRecord> Records => Slots[..Count];

    internal override byte[] LowerBound => _slots[0].KeyBytes;

    private Span<KeyValueRecord> Slots => _slots;

    /// <summary>Where the key is, or the complement of where it would go.</summary>
    internal int Find(ReadOnlySpan<byte> key)
    {
        int low = 0, high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = key.SequenceCompareTo(_slots[middle].KeyBytes);
            if (order == 0) return middle;
            if (order > 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    internal void Replace(int position, KeyValueRecord record) => Slots[..Count][position] = record;

    internal void Insert(int position, KeyValueRecord record)
    {
        Slots[position..Count].CopyTo(Slots[(position + 1)..]);
        Slots[position] = record;
        Count++;
    }

    internal void RemoveAt(int position)
    {
        Slots[(position + 1)..Count].CopyTo(Slots[position..]);
        Slots[--Count] = null!;
    }

    internal override TreeNode NewSibling(long stamp) => new LeafNode(stamp);

    internal override void AppendFrom(TreeNode right, int count)
    {
        ((LeafNode)right).Slots[..count].CopyTo(Slots[Count..]);
        Count += count;
    }

    internal override void PrependFrom(TreeNode left, int count)
    {
        Slots[..Count].CopyTo(Slots[count..]);
        ((LeafNode)left).Slots[(left.Count - count)..left.Count].CopyTo(Slots);
        Count += count;
    }

    internal override void DropFirst(int count)
    {
        Slots[count..Count].CopyTo(Slots);
        DropLast(count);
    }

    internal override void DropLast(int count)
    {
        Slots[(Count - count)..Count].Clear();
        Count -= count;
    }

    [InlineArray(Capacity)]
    private struct RecordSlots
    {
        private KeyValueRecord _first;
    }
}
