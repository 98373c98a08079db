using DEngine.Core;
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
    private readonly Queue<List<Preset>> _samples = new();
    private long _term;

    /// <summary>The last ones first; each in the fewest entries and the smallest terms that say the same.</summary>
    public IEnumerable<IReadOnlyList<Preset>> Samples => _samples.Reverse().Select(Normalize);

    public void OnNode(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        _nodes[node.Position] = node;
        if (node.Node is not { Raft: { IsLeader: true } raft } || raft.Term <= _term) return;
        _term = raft.Term;
        _samples.Enqueue([.. _nodes.Values.Select(n => new Preset(n.Position, [.. n.Durable.Log.Select(p => p.Term)], n.Durable.HardState))]);
        if (_samples.Count > SamplesMax) _samples.Dequeue();
    }

    /// <summary>Of what all logs begin with, one entry is enough; and terms need only keep their order.</summary>
    private static IReadOnlyList<Preset> Normalize(List<Preset> state)
    {
        int common = 0;
        while (state.All(p => p.Terms.Count > common && p.Terms[common] == state[0].Terms[common])) common++;
        int dropped = Math.Max(0, common - 1);
        List<long> terms = [.. state.SelectMany(p => p.Terms.Skip(dropped).Append(p.HardState.Term)).Where(t => t > 0).Distinct().Order()];
        return [.. state.Select(p => new Preset(p.Node, [.. p.Terms.Skip(dropped).Select(Rank)], new HardState(Rank(p.HardState.Term), p.HardState.VotedFor)))];

        long Rank(long term) => terms.IndexOf(term) + 1;
    }
}
