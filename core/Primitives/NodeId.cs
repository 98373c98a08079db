namespace DEngine.Core;

/// <summary>Identifies a node for the whole life of its data directory. 1 and up; 0 means "no node".</summary>
public readonly record struct NodeId(uint Value) : IComparable<NodeId>
{
    /// <summary>No node: nobody was voted for, or no leader is known.</summary>
    public static NodeId None => default;

    public bool IsNone => Value == 0;

    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    public override string ToString() => IsNone ? "none" : $"n{Value}";

    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;
}
