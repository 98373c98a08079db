using System.Globalization;
using DEngine.Core;
using DEngine.Simulation.Checking;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Scenarios;

/// <summary>Something that a scenario waits for, expects, or excludes.</summary>
/// <param name="Text">As it is written.</param>
internal abstract record Condition(string Text)
{
    public abstract bool Holds(SimulatedWorld world);

    /// <summary>What is the case, for a message.</summary>
    public abstract string Actual(SimulatedWorld world);
}

/// <summary>How two numbers compare.</summary>
internal enum Comparison : byte
{
    Equal,
    AtLeast,
    AtMost,
}

/// <summary>A number that a node has.</summary>
internal enum NodeNumber : byte
{
    Term,
    Commit,
    Applied,
    Last,
    Durable,
}

/// <summary>A number of a node; a node that is down has none.</summary>
internal sealed record NumberCondition(string Text, int Node, NodeNumber Number, Comparison Comparison, long Value) : Condition(Text)
{
    public override bool Holds(SimulatedWorld world) => Read(world) is { } number && Comparison switch
    {
        Comparison.AtLeast => number >= Value,
        Comparison.AtMost => number <= Value,
        _ => number == Value,
    };

    public override string Actual(SimulatedWorld world) =>
        Read(world) is { } number ? $"it is {number.ToString(CultureInfo.InvariantCulture)}" : "the node is down";

    private long? Read(SimulatedWorld world) => world.Nodes[Node].Node is not { } node
        ? null
        : Number switch
        {
            NodeNumber.Term => node.Raft.Term,
            NodeNumber.Commit => node.Raft.CommitIndex,
            NodeNumber.Applied => node.AppliedIndex,
            NodeNumber.Last => node.Raft.Log.LastIndex,
            _ => node.Raft.DurableIndex,
        };
}

/// <summary>Who leads: a node, by position; -1: nobody; -2: somebody.</summary>
internal sealed record LeaderCondition(string Text, int Node) : Condition(Text)
{
    public const int Nobody = -1;
    public const int Somebody = -2;

    public override bool Holds(SimulatedWorld world)
    {
        int leader = world.LeaderOr(Nobody);
        return Node == Somebody ? leader >= 0 : Node >= 0 ? world.Nodes[Node].IsLeader : leader == Nobody;
    }

    public override string Actual(SimulatedWorld world)
    {
        int leader = world.LeaderOr(Nobody);
        return leader < 0 ? "nobody leads" : $"{world.Nodes[leader].Id} leads term {world.Nodes[leader].Node!.Raft.Term}";
    }
}

/// <summary>The role of a node; null: it is down.</summary>
internal sealed record RoleCondition(string Text, int Node, Role? Role) : Condition(Text)
{
    public override bool Holds(SimulatedWorld world) => world.Nodes[Node].Node?.Raft.Role == Role;

    public override string Actual(SimulatedWorld world) => world.Nodes[Node].Node is { } node ? $"it is {node.Raft.Role}" : "it is down";
}

/// <summary>The terms of a node's log, as runs.</summary>
internal sealed record LogCondition(string Text, int Node, IReadOnlyList<long> Terms) : Condition(Text)
{
    public override bool Holds(SimulatedWorld world) => world.Nodes[Node].Node is { } node && Read(node).SequenceEqual(Terms);

    public override string Actual(SimulatedWorld world) =>
        world.Nodes[Node].Node is { } node ? $"it is {TermRuns.Write(Read(node))}" : "the node is down";

    private static List<long> Read(Node node)
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
    public override bool Holds(SimulatedWorld world) => world.Nodes[Node].Node is not null && world.Nodes[Node].ValueOf(Key) == Value;

    public override string Actual(SimulatedWorld world) =>
        world.Nodes[Node].Node is null ? "the node is down" : $"it is {world.Nodes[Node].ValueOf(Key) ?? "absent"}";
}

/// <summary>How a client's latest operation ended; null: it has not.</summary>
internal sealed record AnswerCondition(string Text, int Client, HistoryEventType? Type, string? Value) : Condition(Text)
{
    public override bool Holds(SimulatedWorld world)
    {
        if (Last(world) is not { } last) return false;
        if (Type is null) return last.Type == HistoryEventType.Invoke;
        return last.Type == Type && (Value is null || (last.Value.Kind == HistoryValueKind.Null ? Value == "absent" : last.Value.Text == Value));
    }

    public override string Actual(SimulatedWorld world) => Last(world) is { } last
        ? last.Type == HistoryEventType.Invoke ? "it is at it" : $"it was told {last.Type.ToString().ToLowerInvariant()} {last.Value.Text}".TrimEnd()
        : "it has begun nothing";

    private HistoryEvent? Last(SimulatedWorld world)
    {
        for (int i = world.History.Events.Count - 1; i >= 0; i--)
        {
            if (world.History.Events[i].Process == Client) return world.History.Events[i];
        }

        return null;
    }
}

/// <summary>A client has nothing under way.</summary>
internal sealed record DoneCondition(string Text, int Client) : Condition(Text)
{
    public override bool Holds(SimulatedWorld world) => !world.Clients[Client].IsBusy;

    public override string Actual(SimulatedWorld world) => world.Clients[Client].Describe();
}
