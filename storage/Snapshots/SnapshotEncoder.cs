using System.Buffers;
using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// Writes a snapshot as it is in a file (docs/snapshot-format.md), for wherever else it is to go: a backup, a connection. One after the other:
/// <see cref="Begin"/>, any number of <see cref="Write"/>, <see cref="End"/>. One thread at a time.
/// </summary>
/// <param name="last">Position of the last entry whose effect is in it.</param>
public sealed class SnapshotEncoder(LogPosition last)
{
    private uint _checksum;
    private long _chunks;

    /// <summary>Bytes written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The name of the whole; meaningful after <see cref="End"/>.</summary>
    public SnapshotId Id => new(last, Bytes, _checksum);

    /// <summary>Writes the header.</summary>
    public void Begin(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _checksum = SnapshotFormat.WriteHeader(output.GetSpan(SnapshotFormat.HeaderBytes)[..SnapshotFormat.HeaderBytes], last);
        output.Advance(SnapshotFormat.HeaderBytes);
        Bytes = SnapshotFormat.HeaderBytes;
    }

    /// <summary>Writes a piece as a chunk. Copies it.</summary>
    public void Write(IBufferWriter<byte> output, SnapshotSection section, ReadOnlySpan<byte> piece)
    {
        ArgumentNullException.ThrowIfNull(output);
        Invariant.Holds(piece.Length <= SnapshotFormat.ChunkBytesMax, "a piece of a snapshot is not larger than a reader believes", piece.Length, section);
        int length = SnapshotFormat.ChunkHeaderBytes + piece.Length;
        Span<byte> chunk = output.GetSpan(length)[..length];
        piece.CopyTo(chunk[SnapshotFormat.ChunkHeaderBytes..]);
        _checksum = SnapshotFormat.WriteChunkHeader(chunk, section, _checksum);
        output.Advance(length);
        Bytes += length;
        _chunks++;
    }

    /// <summary>Writes the end: nothing follows.</summary>
    public void End(IBufferWriter<byte> output)
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, _chunks);
        Write(output, SnapshotSection.End, count);
    }
}
