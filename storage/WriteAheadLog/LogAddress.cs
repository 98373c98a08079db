using DEngine.Core;

namespace DEngine.Storage;

/// <summary>A place in the log: which segment, and bytes into its file. Ordered as the log was written.</summary>
/// <param name="Sequence">Number of the segment, 1 to 2^31 - 1.</param>
/// <param name="Offset">Bytes, less than 2^32.</param>
internal readonly record struct LogAddress(long Sequence, long Offset)
{
    /// <summary>The order-preserving form that is on disk: sequence * 2^32 + offset.</summary>
    public long Packed => (Sequence << 32) | Offset;

    public static LogAddress Unpack(long packed) => new(packed >> 32, packed & uint.MaxValue);

    public static LogAddress At(long sequence, long offset)
    {
        bool fits = sequence is > 0 and <= int.MaxValue && offset is >= 0 and <= uint.MaxValue;
        Invariant.Holds(fits, "a log address fits its packed form", sequence, offset);
        return new LogAddress(sequence, offset);
    }
}
