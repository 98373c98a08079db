using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>
/// What one run is made of, drawn from its seed ("swarm": each seed turns other faults on, other sizes, other speeds, because a fault
/// that is always on hides what happens without it).
/// </summary>
public sealed record RunPlan
{
    public required ulong Seed { get; init; }

    public required int NodeCount { get; init; }

    /// <summary>So many nodes, the last ones, are no members at first; below <see cref="NodeCount"/>.</summary>
    public int Spares { get; init; }

    /// <summary>All directories are new: a cluster is yet to be formed. Else it has been, and nothing has happened in it since.</summary>
    public bool IsForming { get; init; }

    /// <summary>How long faults go on, true time.</summary>
    public required TimeSpan SafetyPhase { get; init; }

    /// <summary>Each node first starts at some instant up to this.</summary>
    public required TimeSpan FirstStartMax { get; init; }

    public required NodeOptions Node { get; init; }

    public required WorkloadPlan Workload { get; init; }

    public required NetworkPlan Network { get; init; }

    public required DiskPlan Disk { get; init; }

    public required ClockPlan Clocks { get; init; }

    public required FaultPlan Faults { get; init; }

    /// <summary>What stays broken for good when the safety phase ends, by node; a minority of them.</summary>
    public required IReadOnlyList<Aftermath> Aftermath { get; init; }

    /// <summary>Draws the plan of a seed.</summary>
    public static RunPlan Draw(ulong seed) => Swarm.Draw(seed);
}
