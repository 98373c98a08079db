using DEngine.Core;

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

/// <summary>
/// Names one frame: the <paramref name="Ordinal"/>-th, from 1, of its kind and term on its link. So a name means the same frame although something else was
/// left out of the run, as far as that is possible.
/// </summary>
/// <param name="From">Who sent it. Clients have the positions after those of the nodes.</param>
/// <param name="To">To whom.</param>
/// <param name="Kind">What it is; null: a message of a client, or to one.</param>
/// <param name="Term">Of which term it speaks; 0 when it speaks of none.</param>
/// <param name="Ordinal">Which one.</param>
internal readonly record struct FrameName(int From, int To, MessageKind? Kind, long Term, long Ordinal)
{
    /// <summary>One number for the link, kind and term.</summary>
    public long Subject => ((((((long)From << 8) | (uint)To) << 8) | (byte)(Kind ?? 0)) << 32) + Term;
}
