using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Shrinking;

/// <summary>
/// Notes what every disk holds whenever somebody is elected. A run that begins there has behind it whatever led there: terms that fought over an index, votes,
/// logs of different lengths.
/// </summary>
internal sealed class StateSampler : IWorldWatcher
{
    private const int SamplesMax = 12;

    private readonly SortedDictionary<int, SimulatedNode> _nodes = [];
    private readonly Queue<IReadOnlyList<Preset>> _samples = new();
    private long _term;

    /// <summary>The last ones first; each in the fewest entries and the smallest terms that say the same.</summary>
    public IEnumerable<IReadOnlyList<Preset>> Samples => _samples.Reverse().Select(state => new TermRanks(state).Presets);

    /// <summary>What every disk holds now.</summary>
    public IReadOnlyList<Preset> Now() =>
        [.. _nodes.Values.Select(n => new Preset(n.Position, [.. n.Durable.Log.Select(p => p.Term)], n.Durable.HardState))];

    public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        _nodes[node.Position] = node;
        if (node.Node is not { Raft: { IsLeader: true } raft } || raft.Term <= _term) return;
        _term = raft.Term;
        _samples.Enqueue(Now());
        if (_samples.Count > SamplesMax) _samples.Dequeue();
    }
}
