using DEngine.Simulation.Plans;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Judges the comparison of states (S2): whoever has applied something wrong stops, and nobody else ever does, nor doubts itself. Knows who is wrong, as nobody
/// in the cluster can.
/// </summary>
internal sealed class DivergenceChecker(int nodeCount)
{
    private readonly bool[] _wasWrong = new bool[nodeCount];
    private bool _isToGoWrong;

    /// <summary>
    /// Those that were ever wrong are so many that they may have been a majority: a leader gives its state away in snapshots before anybody knows. Then nothing
    /// can be judged, and nobody need be right.
    /// </summary>
    public bool HasSpread => _wasWrong.Count(wasWrong => wasWrong) > (nodeCount - 1) / 2;

    /// <summary>A command is to have another effect somewhere.</summary>
    public void OnGoingWrong() => _isToGoWrong = true;

    /// <summary>A node has taken in an event.</summary>
    public void Look(SimulatedNode node)
    {
        if (_isToGoWrong && node.HasGoneWrong) _wasWrong[node.Position] = true;
        if (node.Node is { DoubtIndex: > 0 } running && running.Gate.Admits(Core.ReadConsistency.Eventual, node.Now))
            throw new ViolationException($"DIG {node.Id} shows its state to callers' threads although it differs from another node at entry {running.DoubtIndex}");
    }

    /// <summary>A node has found that it differs from another, and serves nothing until it knows more.</summary>
    public void OnDoubt(SimulatedNode node)
    {
        if (!_isToGoWrong) throw new ViolationException($"DIG {node.Id} doubts its state although nothing has gone wrong anywhere");
    }

    /// <summary>A node gives a client something of its state.</summary>
    public static void OnServed(SimulatedNode node, Core.Node running)
    {
        if (running.DoubtIndex > 0) throw new ViolationException($"DIG {node.Id} serves although it differs from another node at entry {running.DoubtIndex}, and no majority has decided");
    }

    /// <summary>A node stops because its state is wrong.</summary>
    public void OnStopped(SimulatedNode node, string reason)
    {
        if (!HasSpread && !node.HasGoneWrong) throw new ViolationException($"DIG {node.Id} stops although its state is right: {reason}");
    }

    /// <summary>Everybody has long applied everything, and the comparison has been due several times.</summary>
    public void JudgeEnd(ReadOnlySpan<SimulatedNode> nodes)
    {
        if (HasSpread) return;
        foreach (SimulatedNode node in nodes)
        {
            if (node.Aftermath != Aftermath.Whole || node.Node is not { } running) continue;
            if (node.HasGoneWrong) throw new ViolationException($"DIG {node.Id} goes on with a state that is wrong, at entry {running.AppliedIndex}");
            if (running.DoubtIndex > 0) throw new ViolationException($"DIG {node.Id} still doubts its state at entry {running.DoubtIndex} although a majority is right");
        }
    }
}
