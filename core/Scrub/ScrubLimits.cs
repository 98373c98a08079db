namespace DEngine.Core;

/// <summary>How fast a node reads again what it keeps on disk, to find damage while it still has everything in memory.</summary>
/// <param name="BytesPerSecond">The most that is read for it, by the log's thread and by the snapshots' each; 1 and up.</param>
/// <param name="Interval">From the beginning of one pass over everything to the beginning of the next, at least; above 0. The start reads everything, so the
/// first pass begins so long after it.</param>
/// <param name="PieceBytes">The most that is read at a time, so that nothing waits long for it; 1 and up. One record or chunk is always read whole.</param>
public sealed record ScrubLimits(long BytesPerSecond, TimeSpan Interval, int PieceBytes)
{
    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> naming the first limit that is out of range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BytesPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Interval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(PieceBytes, 1);
    }
}
