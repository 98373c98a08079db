using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// A record as it is on disk (docs/wal-format.md). The checksum covers all of the record but itself, its padding included, and starts from
/// the record's address: a record is believed only where it was meant to be.
/// </summary>
internal readonly record struct RecordHeader(
    uint Checksum, uint PreviousChecksum, int PayloadLength, RecordKind Kind, EntryKind EntryKind, long Index, long Term, long SyncedThrough)
{
    public const int Bytes = 40;
    public const int Alignment = 8;
    public const int MarkOffset = 14;

    /// <summary>Longest payload: what an array can hold, with room for a header.</summary>
    public const int PayloadBytesMax = 0x7000_0000;

    private const int ChecksumBytes = sizeof(uint);

    /// <summary>Bytes that a record takes.</summary>
    public static long TotalBytes(int payloadLength) => (Bytes + (long)payloadLength + Alignment - 1) & -Alignment;

    /// <summary>Bytes that this record takes.</summary>
    public long Total => TotalBytes(PayloadLength);

    /// <summary>
    /// Two bytes that differ from segment to segment, so that what a recycled file still holds of its former life is told without
    /// checksums.
    /// </summary>
    public static ushort Mark(long sequence) => (ushort)(0x57A1 ^ sequence);

    /// <summary>Reads a header, unless its fixed parts show that there is none. Its checksum is not looked at.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long sequence, out RecordHeader header)
    {
        header = default;
        if (bytes.Length < Bytes || BinaryPrimitives.ReadUInt16LittleEndian(bytes[MarkOffset..]) != Mark(sequence)) return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var kind = (RecordKind)bytes[12];
        if (length is < 0 or > PayloadBytesMax || kind is < RecordKind.Entry or > RecordKind.Fill) return false;
        header = new RecordHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            length,
            kind,
            (EntryKind)bytes[13],
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]));
        return true;
    }

    /// <summary>
    /// Writes a record to the start of <paramref name="target"/>, padding included; the checksum is computed, not taken from here.
    /// </summary>
    /// <returns>The checksum.</returns>
    public uint Write(Span<byte> target, ReadOnlySpan<byte> payload, LogAddress address)
    {
        Invariant.Holds(payload.Length == PayloadLength, "a record's payload is as long as its header says");
        int total = (int)Total;
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], PreviousChecksum);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], PayloadLength);
        target[12] = (byte)Kind;
        target[13] = (byte)EntryKind;
        BinaryPrimitives.WriteUInt16LittleEndian(target[MarkOffset..], Mark(address.Sequence));
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Index);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], Term);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], SyncedThrough);
        payload.CopyTo(target[Bytes..]);
        target[(Bytes + PayloadLength)..total].Clear();
        uint checksum = ChecksumOf(target[..total], address);
        BinaryPrimitives.WriteUInt32LittleEndian(target, checksum);
        return checksum;
    }

    /// <summary>What the checksum of these bytes, one whole record, has to be at this address.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> record, LogAddress address)
    {
        Span<byte> packed = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(packed, (ulong)address.Packed);
        return Crc32C.Compute(record[ChecksumBytes..], Crc32C.Compute(packed));
    }
}
