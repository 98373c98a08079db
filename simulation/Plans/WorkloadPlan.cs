using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>What clients do.</summary>
public sealed record WorkloadPlan
{
    public required int ClientCount { get; init; }

    public required int KeyCount { get; init; }

    /// <summary>Longest pause of a client between operations.</summary>
    public required TimeSpan ThinkTimeMax { get; init; }

    /// <summary>Share of the reads that ask for a lease's promise; none where clocks run wild, because leases rest on clocks.</summary>
    public required double LeaseReads { get; init; }

    /// <summary>Operations a client begins at most while faults go on.</summary>
    public required int OperationsMax { get; init; }

    internal static WorkloadPlan Draw(ref DeterministicRandom random, long scale, ClockPlan clocks) => new()
    {
        ClientCount = (int)random.Between(2, 8),
        KeyCount = (int)random.Between(1, 3),
        ThinkTimeMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 20)),
        LeaseReads = clocks.IsBounded ? random.NextDouble() * 0.6 : 0,
        OperationsMax = 200,
    };
}
