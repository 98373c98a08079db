using DEngine.Core;
using DEngine.Simulation.Plans;

namespace DEngine.Simulation.Shrinking;

/// <summary>Leaves out what the failure does not need: decisions, nodes, clients, what disks hold.</summary>
internal sealed class Omissions(Attempts attempts)
{
    private const int TriesInVainMax = 600;
    private const int OrdinalsTried = 8;
    private const int NodesMin = 3;

    private Candidate Best => attempts.Best;

    /// <summary>Every omission of one kind after the other, once.</summary>
    public void Systematic()
    {
        DropCategories();
        DropChunks(d => !d.IsOperation);
        DropChunks(d => d.IsOperation);
        DropNodes();
        DropClients();
        DropPresets();
        LowerOrdinals();
    }

    /// <summary>
    /// Where no single decision can go, several at once may, or some in a world whose delays and timeouts are drawn from another seed: what is left by then
    /// hangs on chance.
    /// </summary>
    public void AtRandom()
    {
        var random = new DeterministicRandom(attempts.Failure.Seed + (ulong)attempts.Runs);
        for (int inVain = 0; inVain < TriesInVainMax && !attempts.IsTimeUp && Best.Decisions.Count > 0; inVain++)
        {
            long count = 1;
            while (count < Best.Decisions.Count && random.Chance(0.4)) count++;
            var dropped = new HashSet<Decision>(ReferenceEqualityComparer.Instance);
            for (; count > 0; count--) dropped.Add(Best.Decisions[(int)random.Next(Best.Decisions.Count)]);
            Candidate smaller = Best.Where(d => !dropped.Contains(d));
            if (random.Chance(0.5)) smaller = smaller.WithSeed((ulong)random.Between(1, 999));
            if (attempts.Try(smaller)) inVain = 0;
        }
    }

    private void DropCategories()
    {
        foreach (string category in Best.Decisions.Select(d => d.Category).Distinct().Order(StringComparer.Ordinal).ToList())
            attempts.Try(Best.Where(d => d.Category != category));
    }

    /// <summary>Leaves out ever smaller runs of decisions, from the end, down to single ones.</summary>
    private void DropChunks(Func<Decision, bool> isWanted)
    {
        for (int size = Math.Max(1, Best.Decisions.Count(isWanted) / 2); size > 0; size /= 2)
        {
            List<Decision> wanted = [.. Best.Decisions.Where(isWanted)];
            for (int start = wanted.Count - size; start > -size && !attempts.IsTimeUp; start -= size)
            {
                var chunk = new HashSet<Decision>(wanted.Skip(Math.Max(0, start)).Take(Math.Min(size, size + start)), ReferenceEqualityComparer.Instance);
                attempts.Try(Best.Where(d => !chunk.Contains(d)));
            }
        }
    }

    /// <summary>Fewer nodes, whichever of them it takes; but no fewer than can lose one.</summary>
    private void DropNodes()
    {
        if (Best.Plan.Aftermath.Any(a => a != Aftermath.Whole))
            attempts.Try(Best with { Plan = Best.Plan with { Aftermath = new Aftermath[Best.Plan.NodeCount] } });
        int nodes = Best.Plan.NodeCount;
        IEnumerable<int[]> choices = Enumerable.Range(1, (1 << nodes) - 2)
            .Select(bits => Enumerable.Range(0, nodes).Where(node => (bits >> node & 1) == 1).ToArray())
            .Where(kept => kept.Length >= NodesMin)
            .OrderBy(kept => kept.Length);
        foreach (int[] kept in choices)
        {
            if (attempts.IsTimeUp || attempts.TryCheaperUnderAnySeed(NodeRemoval.Keep(Best, kept))) return;
        }
    }

    /// <summary>Only as many clients as do something.</summary>
    private void DropClients()
    {
        int clients = 1 + Best.Decisions.Select(ClientOf).DefaultIfEmpty(0).Max();
        if (clients >= Best.Plan.Workload.ClientCount) return;
        attempts.Try(Best with { Plan = Best.Plan with { Workload = Best.Plan.Workload with { ClientCount = clients } } });

        int ClientOf(Decision decision)
        {
            if (decision.Framed is { } framed) return Math.Max(0, Math.Max(framed.Frame.From, framed.Frame.To) - Best.Plan.NodeCount);
            return decision.Timed is { Step: Scenarios.OperationStep operation } ? operation.Client : 0;
        }
    }

    /// <summary>Disks that are empty at first, or hold less.</summary>
    private void DropPresets()
    {
        if (!Best.PresetsNotEmpty.Any()) return;
        if (attempts.TryCheaperUnderAnySeed(Best with { Presets = [] })) return;
        for (int node = 0; node < Best.Plan.NodeCount; node++)
        {
            int dropped = node;
            attempts.TryCheaperUnderAnySeed(Best with { Presets = [.. Best.Presets.Where(p => p.Node != dropped)] });
        }

        foreach (Candidate less in PresetRemoval.Of(Best)) attempts.TryCheaper(less);
    }

    /// <summary>A frame's fate may befall an earlier one of its kind, when something that sent others before it is left out.</summary>
    private void LowerOrdinals()
    {
        if (!attempts.IsShort) return;
        for (int i = 0; i < Best.Decisions.Count && !attempts.IsTimeUp; i++)
        {
            Decision framed = Best.Decisions[i];
            if (framed.Framed is not { } named) continue;
            long lowest = Math.Max(1, named.Frame.Ordinal - OrdinalsTried);
            for (long ordinal = lowest; ordinal <= named.Frame.Ordinal; ordinal++)
            {
                var earlier = new Decision { Framed = (named.Frame with { Ordinal = ordinal }, named.Fate) };
                if (TryWith(framed, earlier)) break;
            }
        }
    }

    private bool TryWith(Decision framed, Decision earlier)
    {
        Candidate candidate = Best.Replace(framed, earlier);
        if (candidate.HasDouble()) return false;
        foreach (Decision dropped in candidate.Decisions.Where(d => d.IsOperation))
        {
            if (attempts.Try(candidate.Where(d => d != dropped))) return true;
        }

        return attempts.TryCheaper(candidate);
    }
}
