using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>What <see cref="FrameParser"/> made of the bytes at the front of a buffer.</summary>
public enum FrameStatus : byte
{
    /// <summary>The frame is not whole yet.</summary>
    NeedMore = 0,

    /// <summary>A whole frame with good checksums.</summary>
    Frame = 1,

    /// <summary>These bytes will never be a frame. The connection has lost its place: close it.</summary>
    Invalid = 2,
}

/// <summary>Why bytes are not a frame.</summary>
public enum FrameError : byte
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The length's own checksum does not match: line noise, or not our protocol.</summary>
    BadHeaderChecksum = 1,

    /// <summary>A length of 0: not even a kind.</summary>
    Empty = 2,

    /// <summary>The frame would be larger than the limit that was handed in.</summary>
    TooLarge = 3,

    /// <summary>Kind or body were damaged.</summary>
    BadChecksum = 4,

    /// <summary>The frame is intact, but of a kind that this version does not know.</summary>
    UnknownKind = 5,
}

/// <summary>Result of <see cref="FrameParser"/>.</summary>
/// <param name="Status">What was found.</param>
/// <param name="Error">Set when <see cref="FrameStatus.Invalid"/>.</param>
/// <param name="Length">
/// Frame: its whole length, so that it is <c>buffer[..Length]</c>. Need more: how long the buffer has to be before asking again is of
/// use, never above the limit. Invalid: 0.
/// </param>
/// <param name="Kind">Kind of the frame; set when <see cref="FrameStatus.Frame"/>.</param>
public readonly record struct FrameResult(FrameStatus Status, FrameError Error, int Length, MessageKind Kind)
{
    internal static FrameResult NeedMore(int length) => new(FrameStatus.NeedMore, FrameError.None, length, default);

    internal static FrameResult Whole(int length, MessageKind kind) => new(FrameStatus.Frame, FrameError.None, length, kind);

    internal static FrameResult Invalid(FrameError error) => new(FrameStatus.Invalid, error, 0, default);
}

/// <summary>
/// Finds the frame at the front of a buffer and verifies its checksums. Knows no connection, keeps nothing, allocates nothing, never throws
/// for any bytes. Callable from any thread.
/// </summary>
public static class FrameParser
{
    /// <summary>Looks at the front of <paramref name="buffer"/>, which may hold less or more than one frame.</summary>
    /// <param name="buffer">Bytes as they came.</param>
    /// <param name="frameBytesMax">Largest whole frame to accept, at least <see cref="FrameFormat.OverheadBytes"/>.</param>
    public static FrameResult Parse(ReadOnlySpan<byte> buffer, int frameBytesMax)
    {
        if (buffer.Length < FrameFormat.ChecksumOffset) return FrameResult.NeedMore(FrameFormat.OverheadBytes);
        FrameResult header = ParseHeader(buffer, frameBytesMax, out uint headerChecksum);
        if (header.Status == FrameStatus.Invalid || buffer.Length < header.Length) return header;

        ReadOnlySpan<byte> content = buffer[FrameFormat.KindOffset..header.Length];
        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(buffer[FrameFormat.ChecksumOffset..]);
        return Finish(Crc32C.Compute(content, headerChecksum) == expected, content[0], header.Length);
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, int)"/>
    public static FrameResult Parse(in ReadOnlySequence<byte> buffer, int frameBytesMax)
    {
        if (buffer.IsSingleSegment) return Parse(buffer.FirstSpan, frameBytesMax);
        if (buffer.Length < FrameFormat.OverheadBytes) return ParseFront(buffer, frameBytesMax);

        Span<byte> front = stackalloc byte[FrameFormat.OverheadBytes];
        buffer.Slice(0, FrameFormat.OverheadBytes).CopyTo(front);
        FrameResult header = ParseHeader(front, frameBytesMax, out uint checksum);
        if (header.Status == FrameStatus.Invalid || buffer.Length < header.Length) return header;

        foreach (ReadOnlyMemory<byte> segment in buffer.Slice(FrameFormat.KindOffset, header.Length - FrameFormat.KindOffset))
        {
            checksum = Crc32C.Compute(segment.Span, checksum);
        }

        uint expected = BinaryPrimitives.ReadUInt32LittleEndian(front[FrameFormat.ChecksumOffset..]);
        return Finish(checksum == expected, front[FrameFormat.KindOffset], header.Length);
    }

    private static FrameResult ParseFront(in ReadOnlySequence<byte> buffer, int frameBytesMax)
    {
        Span<byte> front = stackalloc byte[(int)buffer.Length];
        buffer.CopyTo(front);
        return Parse(front, frameBytesMax);
    }

    private static FrameResult ParseHeader(ReadOnlySpan<byte> front, int frameBytesMax, out uint headerChecksum)
    {
        headerChecksum = Crc32C.Compute(front[..FrameFormat.HeaderChecksumOffset]);
        if (headerChecksum != BinaryPrimitives.ReadUInt32LittleEndian(front[FrameFormat.HeaderChecksumOffset..]))
        {
            return FrameResult.Invalid(FrameError.BadHeaderChecksum);
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(front);
        if (length == 0) return FrameResult.Invalid(FrameError.Empty);
        long whole = FrameFormat.HeaderBytes + (long)length;
        return whole > frameBytesMax ? FrameResult.Invalid(FrameError.TooLarge) : FrameResult.NeedMore((int)whole);
    }

    private static FrameResult Finish(bool intact, byte kind, int length)
    {
        if (!intact) return FrameResult.Invalid(FrameError.BadChecksum);
        return FrameFormat.IsKnown(kind) ? FrameResult.Whole(length, (MessageKind)kind) : FrameResult.Invalid(FrameError.UnknownKind);
    }
}
