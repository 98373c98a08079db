using System.Diagnostics.CodeAnalysis;

namespace DEngine.Core;

/// <summary>Walks a frozen tree once, in ascending order of key, at whatever pace. One thread.</summary>
internal sealed class TreeCursor
{
    private readonly Stack<(BranchNode Branch, int Next)> _path = new();
    private LeafNode _leaf;
    private int _position;

    internal TreeCursor(TreeNode root) => _leaf = Descend(root);

    internal bool TryNext([NotNullWhen(true)] out KeyValueRecord? record)
    {
        while (_position == _leaf.Count)
        {
            if (!_path.TryPop(out (BranchNode Branch, int Next) above))
            {
                record = null;
                return false;
            }

            if (above.Next == above.Branch.Count) continue;
            _path.Push((above.Branch, above.Next + 1));
            _leaf = Descend(above.Branch.Children[above.Next]);
            _position = 0;
        }

        record = _leaf.Records[_position++];
        return true;
    }

    private LeafNode Descend(TreeNode node)
    {
        while (node is BranchNode branch)
        {
            _path.Push((branch, 1));
            node = branch.Children[0];
        }

        return (LeafNode)node;
    }
}
