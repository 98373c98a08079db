namespace DEngine.Core;

/// <summary>
/// Checks a whole tree: sorted, bounded by its separators, filled within limits, all leaves at one depth, counted right. For tests and the simulator.
/// </summary>
internal static class TreeValidator
{
    internal static void Validate(TreeNode root, long count)
    {
        byte[]? previous = null;
        int leafDepth = -1;
        long seen = Check(root, true, 0, null, null, ref leafDepth, ref previous);
        Invariant.Holds(seen == count, "the tree's count is the number of its records", seen, count);
    }

    private static long Check(
        TreeNode node, bool isRoot, int depth, byte[]? lowest, byte[]? limit, ref int leafDepth, ref byte[]? previous)
    {
        int countMin = isRoot ? (node is BranchNode ? 2 : 0) : TreeNode.CountMin;
        Invariant.Holds(node.Count >= countMin && node.Count <= TreeNode.Capacity, "a node is neither poor nor overfull", node.Count, depth);
        if (node is BranchNode branch) return CheckBranch(branch, depth, lowest, limit, ref leafDepth, ref previous);

        if (leafDepth < 0) leafDepth = depth;
        Invariant.Holds(leafDepth == depth, "all leaves are at one depth", leafDepth, depth);
        foreach (KeyValueRecord record in ((LeafNode)node).Records)
        {
            byte[] key = record.KeyBytes;
            Invariant.Holds(previous is null || Compare(previous, key) < 0, "keys ascend");
            Invariant.Holds(lowest is null || Compare(lowest, key) <= 0, "no key is below its separator");
            Invariant.Holds(limit is null || Compare(key, limit) < 0, "every key is below the next separator");
            Invariant.Holds(record.CreateRevision <= record.ModifyRevision, "a key is created before it is changed");
            previous = key;
        }

        return node.Count;
    }

    private static long CheckBranch(
        BranchNode branch, int depth, byte[]? lowest, byte[]? limit, ref int leafDepth, ref byte[]? previous)
    {
        long seen = 0;
        Invariant.Holds(ReferenceEquals(branch.LowerBound, lowest), "a branch knows the bound that its parent keeps for it");
        for (int i = 0; i < branch.Count; i++)
        {
            byte[]? childLowest = branch.Separators[i];
            byte[]? childLimit = i + 1 < branch.Count ? branch.Separators[i + 1] : limit;
            Invariant.Holds(
                childLowest is null || childLimit is null || Compare(childLowest, childLimit) < 0, "separators ascend", i, depth);
            seen += Check(branch.Children[i], false, depth + 1, childLowest, childLimit, ref leafDepth, ref previous);
        }

        return seen;
    }

    private static int Compare(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right);
}
