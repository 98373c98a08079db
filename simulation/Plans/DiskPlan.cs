using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>How disks behave when nothing is wrong with them.</summary>
public sealed record DiskPlan
{
    public required TimeSpan LatencyMin { get; init; }

    public required TimeSpan LatencyMax { get; init; }

    /// <summary>That a job takes ten times as long.</summary>
    public required double Stall { get; init; }

    public required int SegmentBytes { get; init; }

    /// <summary>How much is acknowledged before it is synced (memory-first); null: nothing.</summary>
    public FlushLimits? Flush { get; init; }

    /// <summary>How fast what is on disk is read again, to find damage; null: not at all.</summary>
    public ScrubLimits? Scrub { get; init; }

    /// <summary>Bytes of payload that one write of the log has at most.</summary>
    public long WriteBytesMax { get; init; } = 16 << 20;

    internal static DiskPlan Draw(ref DeterministicRandom random, long scale) => new()
    {
        LatencyMin = TimeSpan.FromMicroseconds(20),
        LatencyMax = TimeSpan.FromMilliseconds(scale) * (0.05 + random.NextDouble()),
        Stall = random.Chance(0.5) ? 0.05 * random.NextDouble() : 0,
        SegmentBytes = 1 << (int)random.Between(12, 16),
    };
}
