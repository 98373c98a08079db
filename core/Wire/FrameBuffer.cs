using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>
/// Frames on their way out, one after another, in one block that grows and is then reused. Owned by one caller; not thread-safe. Spans and
/// memory handed out are valid until the next frame is begun or <see cref="Reset"/>.
/// </summary>
public sealed class FrameBuffer
{
    private byte[] _bytes;
    private int _openBytes;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="frameBytesMax">
    /// Largest whole frame that the receiver accepts. Writing a larger one is a broken invariant: callers keep to
    /// <see cref="FrameFormat.PayloadBytesMax"/>.
    /// </param>
    /// <param name="capacity">Bytes to begin with.</param>
    public FrameBuffer(int frameBytesMax = FrameFormat.PeerFrameBytesMax, int capacity = 1024)
    {
        Invariant.Holds(frameBytesMax >= FrameFormat.MessageOverheadBytesMax, "a frame has room for any message without its payload");
        FrameBytesMax = frameBytesMax;
        _bytes = new byte[Math.Max(capacity, FrameFormat.OverheadBytes)];
    }

    /// <summary>Largest whole frame that may be written.</summary>
    public int FrameBytesMax { get; }

    /// <summary>Bytes of all finished frames.</summary>
    public int Length { get; private set; }

    /// <summary>All finished frames.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    /// <summary>All finished frames, for senders that outlive the call.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Forgets all frames, an unfinished one included; keeps the memory.</summary>
    public void Reset()
    {
        Length = 0;
        _openBytes = 0;
    }

    /// <summary>Opens a frame and gives its body to be filled, of exactly the given size.</summary>
    internal Span<byte> Begin(MessageKind kind, long bodyBytes)
    {
        Invariant.Holds(_openBytes == 0, "one frame is open at a time");
        _openBytes = FrameFormat.OverheadBytes;
        Span<byte> body = Extend(bodyBytes);
        _bytes[Length + FrameFormat.KindOffset] = (byte)kind;
        return body;
    }

    /// <summary>Lengthens the open frame and gives the new part to be filled. Earlier spans of this frame are no longer valid.</summary>
    internal Span<byte> Extend(long bytes)
    {
        Invariant.Holds(bytes <= Available, "a frame is not larger than its receiver accepts", bytes, FrameBytesMax);
        int start = Length + _openBytes;
        int end = start + (int)bytes;
        if (end > _bytes.Length) Grow(end);
        _openBytes += (int)bytes;
        return _bytes.AsSpan(start, (int)bytes);
    }

    /// <summary>How much longer the open frame may become.</summary>
    internal int Available => Math.Min(FrameBytesMax, Array.MaxLength - Length) - _openBytes;

    /// <summary>The body of the open frame as it is so far.</summary>
    internal Span<byte> OpenBody => _bytes.AsSpan(Length + FrameFormat.BodyOffset, _openBytes - FrameFormat.OverheadBytes);

    /// <summary>Closes the open frame: fills in its length and checksums.</summary>
    internal void End()
    {
        Invariant.Holds(_openBytes >= FrameFormat.OverheadBytes, "a frame was open");
        Span<byte> frame = _bytes.AsSpan(Length, _openBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)(_openBytes - FrameFormat.HeaderBytes));
        uint headerChecksum = Crc32C.Compute(frame[..FrameFormat.HeaderChecksumOffset]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[FrameFormat.HeaderChecksumOffset..], headerChecksum);
        uint checksum = Crc32C.Compute(frame[FrameFormat.KindOffset..], headerChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[FrameFormat.ChecksumOffset..], checksum);
        Length += _openBytes;
        _openBytes = 0;
    }

    private void Grow(int required)
    {
        long doubled = Math.Min(_bytes.Length * 2L, Array.MaxLength);
        byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Max(doubled, required));
        _bytes.AsSpan(0, Math.Min(Length + _openBytes, _bytes.Length)).CopyTo(larger);
        _bytes = larger;
    }
}
