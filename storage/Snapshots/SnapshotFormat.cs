using System.Buffers.Binary;
using System.Numerics;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// The bytes of a snapshot file (docs/snapshot-format.md): a header, then chunks, each with a checksum that runs on from the one before, so that a chunk in the
/// wrong place or of another snapshot is not believed.
/// </summary>
internal static class SnapshotFormat
{
    public const int HeaderBytes = 36;
    public const int ChunkHeaderBytes = 12;
    public const int EndBytes = ChunkHeaderBytes + 8;
    public const uint Version = 1;

    /// <summary>The largest chunk that is believed: far more than any writer makes, and little enough to be allocated for a reader.</summary>
    public const int ChunkBytesMax = 64 << 20;

    private const ulong Magic = 0x3150_414E_5347_4E45; // "ENGSNAP1", little-endian

    /// <summary>Writes the header and gives its checksum, on which the first chunk's runs on.</summary>
    public static uint WriteHeader(Span<byte> target, LogPosition last)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], last.Index);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], last.Term);
        uint checksum = Crc32C.Compute(target[..32]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[32..], checksum);
        return checksum;
    }

    /// <summary>Reads a header; false when it is none.</summary>
    /// <exception cref="InvalidDataException">It is sound, but of a version that this program does not know.</exception>
    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out LogPosition last, out uint checksum)
    {
        last = default;
        checksum = 0;
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic) return false;
        checksum = BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]);
        if (Crc32C.Compute(bytes[..32]) != checksum) return false;
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version)
            throw new InvalidDataException($"The snapshot is of format version {version}; this program reads version {Version}. Use the program that wrote it.");
        last = new LogPosition(BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
        return true;
    }

    /// <summary>Puts a header right in which one bit has turned over.</summary>
    /// <param name="bytes">The header; put right, if that can be done.</param>
    /// <param name="last">Where its last entry is.</param>
    /// <param name="checksum">The header's.</param>
    /// <param name="at">The byte that was wrong.</param>
    public static bool TryRepairHeader(Span<byte> bytes, out LogPosition last, out uint checksum, out int at)
    {
        (last, checksum, at) = (default, 0, -1);
        if (bytes.Length < HeaderBytes) return false;
        uint difference = Crc32C.Compute(bytes[..32]) ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]);
        if (difference == 0) return false;
        long flip = BitOperations.IsPow2(difference) ? (32 * 8) + BitOperations.TrailingZeroCount(difference) : FlippedBit.Find(32, difference);
        if (flip < 0) return false;
        at = (int)(flip / 8);
        bytes[at] ^= (byte)(1 << (int)(flip % 8));
        return TryReadHeader(bytes, out last, out checksum);
    }

    /// <summary>Which bit of a chunk has turned over, counted from its first byte on; -1: none alone.</summary>
    public static long FindFlippedBit(int chunkLength, uint difference)
    {
        if (BitOperations.IsPow2(difference)) return (8 * 8) + BitOperations.TrailingZeroCount(difference);

        // The checksum covers length and section, skips itself, and goes on with the payload.
        long found = FlippedBit.Find(chunkLength - sizeof(uint), difference);
        return found < 8 * 8 ? found : found + (sizeof(uint) * 8);
    }

    /// <summary>Fills in the header of a chunk whose payload is in place behind it; gives the checksum.</summary>
    public static uint WriteChunkHeader(Span<byte> chunk, SnapshotSection section, uint previous)
    {
        BinaryPrimitives.WriteInt32LittleEndian(chunk, chunk.Length - ChunkHeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(chunk[4..], (uint)section);
        uint checksum = ChecksumOf(chunk, previous);
        BinaryPrimitives.WriteUInt32LittleEndian(chunk[8..], checksum);
        return checksum;
    }

    /// <summary>Length of the payload that a chunk's header announces.</summary>
    public static int LengthOf(ReadOnlySpan<byte> chunk) => BinaryPrimitives.ReadInt32LittleEndian(chunk);

    public static SnapshotSection SectionOf(ReadOnlySpan<byte> chunk) => (SnapshotSection)BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);

    public static uint ChecksumIn(ReadOnlySpan<byte> chunk) => BinaryPrimitives.ReadUInt32LittleEndian(chunk[8..]);

    /// <summary>Checksum of length, section and payload, run on from the chunk before.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> chunk, uint previous) => Crc32C.Compute(chunk[ChunkHeaderBytes..], Crc32C.Compute(chunk[..8], previous));
}
