using System.Globalization;
using DEngine.Core;

namespace DEngine.Simulation.Scenarios;

/// <summary>A number that a node has.</summary>
internal enum NodeNumber : byte
{
    Term,
    Commit,
    Applied,
    Last,
    Durable,
    First,
    Snapshot,
}

/// <summary>A number of a node; a node that is down has none.</summary>
internal sealed record NumberCondition(string Text, int Node, NodeNumber Number, Bound Bound) : Condition(Text)
{
    public override bool Holds(Scene scene) => Read(scene) is { } number && Bound.Allows(number);

    public override string Actual(Scene scene) =>
        Read(scene) is { } number ? $"it is {number.ToString(CultureInfo.InvariantCulture)}" : "the node is down";

    private long? Read(Scene scene) => scene.World.Nodes[Node].Node is not { } node
        ? null
        : Number switch
        {
            NodeNumber.Term => node.Raft.Term,
            NodeNumber.Commit => node.Raft.CommitIndex,
            NodeNumber.Applied => node.AppliedIndex,
            NodeNumber.Last => node.Raft.Log.LastIndex,
            NodeNumber.First => node.Raft.Log.FirstIndex,
            NodeNumber.Snapshot => node.Raft.Snapshot.Last.Index,
            _ => node.Raft.DurableIndex,
        };
}

/// <summary>Who leads: a node, by position; -1: nobody; -2: somebody.</summary>
internal sealed record LeaderCondition(string Text, int Node) : Condition(Text)
{
    public const int Nobody = -1;
    public const int Somebody = -2;

    public override bool Holds(Scene scene)
    {
        int leader = scene.World.LeaderOr(Nobody);
        return Node == Somebody ? leader >= 0 : Node >= 0 ? scene.World.Nodes[Node].IsLeader : leader == Nobody;
    }

    public override string Actual(Scene scene)
    {
        int leader = scene.World.LeaderOr(Nobody);
        return leader < 0 ? "nobody leads" : $"{scene.World.Nodes[leader].Id} leads term {scene.World.Nodes[leader].Node!.Raft.Term}";
    }
}

/// <summary>A node answers reads by its lease at this instant.</summary>
internal sealed record LeaseCondition(string Text, int Node) : Condition(Text)
{
    public override bool Holds(Scene scene) => scene.World.Nodes[Node].HoldsLease();

    public override string Actual(Scene scene) => Holds(scene) ? "it has one" : "it has none";
}

/// <summary>The role of a node; null: it is down.</summary>
internal sealed record RoleCondition(string Text, int Node, Role? Role) : Condition(Text)
{
    public override bool Holds(Scene scene) => scene.World.Nodes[Node].Node?.Raft.Role == Role;

    public override string Actual(Scene scene) => scene.World.Nodes[Node].Node is { } node ? $"it is {node.Raft.Role}" : "it is down";
}

/// <summary>A node lacks what it has acknowledged, and knows.</summary>
internal sealed record RecoveringCondition(string Text, int Node) : Condition(Text)
{
    public override bool Holds(Scene scene) => scene.World.Nodes[Node].Node is { Raft.IsRecovering: true };

    public override string Actual(Scene scene) => scene.World.Nodes[Node].Node is null ? "it is down" : Holds(scene) ? "it is" : "it is not";
}

/// <summary>The terms of a node's log, as runs.</summary>
internal sealed record LogCondition(string Text, int Node, IReadOnlyList<long> Terms) : Condition(Text)
{
    public override bool Holds(Scene scene) => scene.World.Nodes[Node].Node is { } node && Read(node).SequenceEqual(Terms);

    public override string Actual(Scene scene) =>
        scene.World.Nodes[Node].Node is { } node ? $"it is {TermRuns.Write(Read(node))}" : "the node is down";

    public static List<long> Read(Node node)
    {
        var terms = new List<long>();
        RaftLog log = node.Raft.Log;
        for (long index = log.FirstIndex; index <= log.LastIndex; index++) terms.Add(log[index].Term);
        return terms;
    }
}

/// <summary>What a node's store holds under a key; null: nothing.</summary>
internal sealed record ValueCondition(string Text, int Node, string Key, string? Value) : Condition(Text)
{
    public override bool Holds(Scene scene) => scene.World.Nodes[Node].Node is not null && scene.World.Nodes[Node].ValueOf(Key) == Value;

    public override string Actual(Scene scene) =>
        scene.World.Nodes[Node].Node is null ? "the node is down" : $"it is {scene.World.Nodes[Node].ValueOf(Key) ?? "absent"}";
}
