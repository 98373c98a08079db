using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>
/// Random numbers by name: each concern, subject and ordinal has a stream of its own. Leaving one decision out of a run reshuffles no other, which is
/// what makes shrinking possible.
/// </summary>
/// <param name="seed">The run's seed.</param>
internal readonly struct Draws(ulong seed)
{
    /// <summary>The stream of one decision.</summary>
    /// <param name="concern">What it is for.</param>
    /// <param name="subject">Whom it concerns: a node, a client, a link.</param>
    /// <param name="ordinal">Which one of them.</param>
    public DeterministicRandom Of(Concern concern, long subject = 0, long ordinal = 0)
    {
        ulong name = ((ulong)concern * 0x9E3779B97F4A7C15) + (ulong)subject;
        name = (name ^ (name >> 29)) * 0xBF58476D1CE4E5B9;
        name += (ulong)ordinal;
        return DeterministicRandom.For(seed, (name ^ (name >> 32)) * 0x94D049BB133111EB);
    }
}
