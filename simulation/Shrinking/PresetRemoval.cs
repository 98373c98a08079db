using DEngine.Core;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>The same run from disks that hold less.</summary>
internal static class PresetRemoval
{
    /// <summary>Without an entry that all have, one node's last entry or one vote; each with terms as small as they can be.</summary>
    public static IEnumerable<Candidate> Of(Candidate candidate)
    {
        IReadOnlyList<Preset> presets = candidate.Presets;
        int longest = presets.Count == 0 ? 0 : presets.Max(p => p.Terms.Count);
        for (int entry = 0; entry < longest; entry++)
        {
            int dropped = entry;
            yield return With([.. presets.Select(p => p with { Terms = [.. p.Terms.Where((_, at) => at != dropped)] })]);
        }

        foreach (Preset preset in presets)
        {
            if (preset.Terms.Count > 0) yield return Changed(preset, preset with { Terms = [.. preset.Terms.SkipLast(1)] });
            if (!preset.HardState.VotedFor.IsNone) yield return Changed(preset, preset with { HardState = new HardState(preset.HardState.Term, NodeId.None) });
            long last = preset.Terms.Count == 0 ? 0 : preset.Terms[^1];
            if (preset.HardState.Term > last) yield return Changed(preset, preset with { HardState = new HardState(last, NodeId.None) });
        }

        Candidate With(IReadOnlyList<Preset> changed) => candidate with { Presets = changed };
        Candidate Changed(Preset old, Preset changed) => With([.. presets.Select(p => ReferenceEquals(p, old) ? changed : p)]);
    }
}
