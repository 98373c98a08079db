namespace DEngine.Core;

/// <summary>Reads a tree from a root. Writes nothing and allocates nothing; on a frozen root it may run on any thread.</summary>
internal static class TreeReader
{
    internal static KeyValueRecord? Find(TreeNode root, ReadOnlySpan<byte> key)
    {
        TreeNode node = root;
        while (node is BranchNode branch) node = branch.Children[branch.ChildFor(key)];
        var leaf = (LeafNode)node;
        int found = leaf.Find(key);
        return found >= 0 ? leaf.Records[found] : null;
    }

    /// <summary>Adds the records that begin with the prefix and lie above <paramref name="after"/> (empty: all), in order, up to the limit.</summary>
    /// <returns>True when the limit cut it short: there is at least one more.</returns>
    internal static bool Scan(
        TreeNode root, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit, IList<KeyValueRecord> output)
    {
        bool startsAbove = !after.IsEmpty && after.SequenceCompareTo(prefix) >= 0;
        return Walk(root, startsAbove ? after : prefix, startsAbove, prefix, ref limit, output) == WalkState.LimitReached;
    }

    internal static void AddTo(ref StateHash hash, TreeNode node)
    {
        if (node is BranchNode branch)
        {
            foreach (TreeNode child in branch.Children) AddTo(ref hash, child);
            return;
        }

        foreach (KeyValueRecord record in ((LeafNode)node).Records) record.AddTo(ref hash);
    }

    private static WalkState Walk(
        TreeNode node, ReadOnlySpan<byte> start, bool startIsExclusive, ReadOnlySpan<byte> prefix, ref int limit, IList<KeyValueRecord> output)
    {
        if (node is BranchNode branch)
        {
            for (int i = branch.ChildFor(start); i < branch.Count; i++)
            {
                WalkState state = Walk(branch.Children[i], start, startIsExclusive, prefix, ref limit, output);
                if (state != WalkState.Continues) return state;
            }

            return WalkState.Continues;
        }

        var leaf = (LeafNode)node;
        int found = leaf.Find(start);
        int position = found < 0 ? ~found : startIsExclusive ? found + 1 : found;
        foreach (KeyValueRecord record in leaf.Records[position..])
        {
            if (!record.KeyBytes.AsSpan().StartsWith(prefix)) return WalkState.PastPrefix;
            if (limit == 0) return WalkState.LimitReached;
            output.Add(record);
            limit--;
        }

        return WalkState.Continues;
    }

    private enum WalkState
    {
        Continues,
        PastPrefix,
        LimitReached,
    }
}
