namespace DEngine.Simulation.Scenarios;

/// <summary>What becomes of a frame on its way.</summary>
internal enum FateKind : byte
{
    /// <summary>It arrives, once, in time.</summary>
    Arrives,

    Lost,

    /// <summary>It arrives, and a copy of it arrives later.</summary>
    Copied,

    /// <summary>It arrives much later than it should.</summary>
    Late,

    /// <summary>It arrives with one bit turned over.</summary>
    Corrupted,
}

/// <summary>What becomes of one frame.</summary>
/// <param name="Kind">What.</param>
/// <param name="Extra">Delay of the copy, or of the late frame, beyond the usual.</param>
/// <param name="Bit">Which bit turns over, modulo the length.</param>
internal readonly record struct FrameFate(FateKind Kind, TimeSpan Extra = default, int Bit = 0)
{
    public static FrameFate Arrives => default;
}

/// <summary>Names one frame: the <paramref name="Ordinal"/>-th of a link, from 1. Clients have the positions after those of the nodes.</summary>
internal readonly record struct FrameName(int From, int To, long Ordinal);
