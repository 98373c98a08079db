using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>How clocks run.</summary>
public sealed record ClockPlan
{
    /// <summary>Clock rates are within 1 ± this.</summary>
    public required double Drift { get; init; }

    /// <summary>
    /// Every clock keeps to the bound that leases allow for: their promise is judged. Otherwise clocks stand, jump and race, and everything but
    /// leases must hold all the same.
    /// </summary>
    public required bool IsBounded { get; init; }

    /// <summary>Every clock is off by the whole of <see cref="Drift"/>, fast or slow, and none by less.</summary>
    public bool IsAtBounds { get; init; }

    internal static ClockPlan Draw(ref DeterministicRandom random) => new()
    {
        Drift = random.Chance(0.7) ? random.NextDouble() * (RaftOptions.ClockDriftMax - 0.005) : 0,
        IsBounded = random.Chance(0.8),
    };
}
