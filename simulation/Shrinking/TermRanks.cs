using DEngine.Core;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>What disks hold, in the fewest entries and the smallest terms that say the same.</summary>
internal sealed class TermRanks
{
    private readonly List<long> _terms;

    /// <summary>Of what all logs begin with, one entry is enough; and terms need only keep their order.</summary>
    public TermRanks(IReadOnlyList<Preset> state)
    {
        int common = 0;
        while (state.Count > 0 && state.All(p => p.Terms.Count > common && p.Terms[common] == state[0].Terms[common])) common++;
        int dropped = Math.Max(0, common - 1);
        _terms = [.. state.SelectMany(p => p.Terms.Skip(dropped).Append(p.HardState.Term)).Where(t => t > 0).Distinct().Order()];
        Presets = [.. state.Select(p => new Preset(p.Node, [.. p.Terms.Skip(dropped).Select(Of)], new HardState(Of(p.HardState.Term), p.HardState.VotedFor)))];
    }

    public IReadOnlyList<Preset> Presets { get; }

    /// <summary>What a term is now; later ones follow the last one that a disk knows, as they did.</summary>
    public long Of(long term)
    {
        if (_terms.Count == 0 || term <= 0) return term;
        return term > _terms[^1] ? term - _terms[^1] + _terms.Count : _terms.IndexOf(term) + 1;
    }
}
