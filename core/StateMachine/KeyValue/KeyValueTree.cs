namespace DEngine.Core;

/// <summary>
/// The writer's side of the store: a persistent (copy-on-write) B+tree over records, ordered by the unsigned bytes of the key. One thread only; what it hands
/// out in <see cref="Freeze"/> may be read by any. A write goes down from the root once, splitting full nodes and refilling poor ones on its way, so that
/// it never has to come back up; it copies the nodes on its path that have been published, and no others.
/// </summary>
internal sealed class KeyValueTree
{
    /// <summary>The tree with nothing in it. Its stamp is before every writer's first, so it is never written.</summary>
    internal static readonly TreeNode Empty = new LeafNode(0);

    private long _stamp = 1;

    internal TreeNode Root { get; private set; } = Empty;

    internal long Count { get; private set; }

    /// <summary>Ends the writer's ownership of every node made so far: the returned root and all below it never change again.</summary>
    internal TreeNode Freeze()
    {
        _stamp++;
        return Root;
    }

    internal KeyValueRecord? Find(ReadOnlySpan<byte> key) => TreeReader.Find(Root, key);

    /// <summary>Creates or changes the record of the key. Copies key (when new) and value.</summary>
    internal KeyValueRecord Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long revision, out KeyValueRecord? replaced)
    {
        LeafNode leaf = OwnLeafFor(key);
        int found = leaf.Find(key);
        KeyValueRecord record;
        replaced = null;
        if (found >= 0)
        {
            replaced = leaf.Records[found];
            record = replaced.WithValue(value, revision);
            leaf.Replace(found, record);
        }
        else
        {
            record = KeyValueRecord.Create(key, value, revision);
            leaf.Insert(~found, record);
            Count++;
        }

        return record;
    }

    /// <summary>Adds a record as it is; one with the same key gives way to it.</summary>
    internal void Add(KeyValueRecord record)
    {
        LeafNode leaf = OwnLeafFor(record.KeyBytes);
        int found = leaf.Find(record.KeyBytes);
        if (found >= 0)
        {
            leaf.Replace(found, record);
            return;
        }

        leaf.Insert(~found, record);
        Count++;
    }

    /// <summary>The leaf that has, or is to have, the key: the writer's own, and not full.</summary>
    private LeafNode OwnLeafFor(ReadOnlySpan<byte> key)
    {
        if (Root.Count == TreeNode.Capacity) GrowRoot();
        TreeNode node = Root = Root.Own(_stamp);
        bool isRightmost = true;
        while (node is BranchNode branch)
        {
            int position = branch.ChildFor(key);
            isRightmost &= position == branch.Count - 1;
            if (branch.Children[position].Count == TreeNode.Capacity)
            {
                SplitChild(branch, position, isRightmost);
                position = branch.ChildFor(key);
            }

            node = branch.OwnChild(position, _stamp);
        }

        return (LeafNode)node;
    }

    /// <summary>Removes the key. Copies nothing when it is not there.</summary>
    /// <returns>The record that was removed, or null.</returns>
    internal KeyValueRecord? Remove(ReadOnlySpan<byte> key)
    {
        KeyValueRecord? removed = Find(key);
        if (removed is null) return null;

        TreeNode node = Root = Root.Own(_stamp);
        while (node is BranchNode branch)
        {
            int position = branch.ChildFor(key);
            if (branch.Children[position].Count <= TreeNode.CountMin) position = RefillChild(branch, position);
            node = branch.OwnChild(position, _stamp);
        }

        var leaf = (LeafNode)node;
        leaf.RemoveAt(leaf.Find(key));
        Count--;
        if (Root is BranchNode { Count: 1 } only) Root = only.Children[0];
        return removed;
    }

    private void GrowRoot()
    {
        var grown = new BranchNode(_stamp);
        grown.Insert(0, null!, Root);
        Root = grown;
        SplitChild(grown, 0, isRightmost: true);
    }

    /// <summary>
    /// Splits a full child. The branch is the writer's own and not full. At the right edge of the tree the new node gets the fewest slots allowed: keys that
    /// arrive in ascending order then leave nodes three quarters full behind them, not half.
    /// </summary>
    private void SplitChild(BranchNode branch, int position, bool isRightmost)
    {
        int moved = isRightmost ? TreeNode.CountMin : TreeNode.Capacity / 2;
        TreeNode left = branch.OwnChild(position, _stamp);
        TreeNode right = left.NewSibling(_stamp);
        right.PrependFrom(left, moved);
        left.DropLast(moved);
        branch.Insert(position + 1, right.LowerBound, right);
    }

    /// <summary>
    /// Gives a child with the fewest allowed slots more of them, so that one can be removed below it. The branch is the writer's own, and holds more than the
    /// fewest allowed itself (or is the root), so it can lose a child here.
    /// </summary>
    /// <returns>Where the child's keys are now.</returns>
    private int RefillChild(BranchNode branch, int position)
    {
        int first = Math.Max(position - 1, 0), second = first + 1;
        TreeNode left = branch.OwnChild(first, _stamp);
        int total = left.Count + branch.Children[second].Count;
        if (total <= TreeNode.MergedCountMax)
        {
            left.AppendFrom(branch.Children[second], branch.Children[second].Count);
            branch.RemoveAt(second);
            return first;
        }

        TreeNode right = branch.OwnChild(second, _stamp);
        int moved = total / 2 - left.Count;
        if (moved > 0)
        {
            left.AppendFrom(right, moved);
            right.DropFirst(moved);
        }
        else
        {
            right.PrependFrom(left, -moved);
            left.DropLast(-moved);
        }

        branch.SetSeparator(second, right.LowerBound);
        return position;
    }
}
