namespace DEngine.Simulation.Scenarios;

/// <summary>Who the members are, as far as a node knows.</summary>
internal sealed record MembersCondition(string Text, int Node, string Members) : Condition(Text)
{
    public override bool Holds(Scene scene) => scene.World.Nodes[Node].Node is { } node && node.Raft.Configuration.ToString() == Members;

    public override string Actual(Scene scene) => scene.World.Nodes[Node].Node is { } node ? $"they are {node.Raft.Configuration}" : "the node is down";
}

/// <summary>A node has found out that the members know it as another directory.</summary>
internal sealed record ReplacedCondition(string Text, int Node) : Condition(Text)
{
    public override bool Holds(Scene scene) => scene.World.Nodes[Node].Node is { Raft.IsReplaced: true };

    public override string Actual(Scene scene) => scene.World.Nodes[Node].Node is null ? "it is down" : Holds(scene) ? "it is" : "it is not";
}
