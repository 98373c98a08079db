using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Storage.Faster;

/// <summary>What a record of a <see cref="FasterLogStorage"/> says. On disk: never renumber.</summary>
internal enum FasterRecordKind : byte
{
    /// <summary>The entry at this index; it and everything behind it that was there before is superseded.</summary>
    Entry = 1,

    /// <summary>The entry at this index, the first of a log that begins anew.</summary>
    Restart = 2,

    /// <summary>Every entry from this index on is superseded.</summary>
    Truncate = 3,

    /// <summary>The next bytes of the payload of the record before.</summary>
    Continuation = 4,
}

/// <summary>
/// The first bytes of a record (docs/storage.md): CRC-32C over all of it, running on from the record before, so that a record in the wrong place or of another
/// time is not believed. Little-endian.
/// </summary>
/// <param name="Kind">What it says.</param>
/// <param name="EntryKind">Of an entry.</param>
/// <param name="PayloadBytes">
/// Of an entry: the whole payload, of which this record holds the beginning. Of a continuation: what it and its successors hold.
/// </param>
/// <param name="Index">Of an entry or a truncation.</param>
/// <param name="Term">Of an entry.</param>
internal readonly record struct FasterRecord(FasterRecordKind Kind, EntryKind EntryKind, int PayloadBytes, long Index, long Term)
{
    public const int HeaderBytes = 28;

    private const int ChecksumBytes = sizeof(uint);

    /// <summary>Writes header and payload, which lies behind the header already, and gives the checksum on which the next record's runs on.</summary>
    public uint Seal(Span<byte> record, uint chain)
    {
        record[4] = (byte)Kind;
        record[5] = (byte)EntryKind;
        record[6] = 0;
        record[7] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], PayloadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(record[12..], Index);
        BinaryPrimitives.WriteInt64LittleEndian(record[20..], Term);
        uint checksum = Crc32C.Compute(record[ChecksumBytes..], chain);
        BinaryPrimitives.WriteUInt32LittleEndian(record, checksum);
        return checksum;
    }

    /// <summary>Reads a record; false when it is not the one that follows.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, uint chain, out FasterRecord read, out uint checksum)
    {
        read = default;
        checksum = 0;
        if (record.Length < HeaderBytes) return false;
        checksum = BinaryPrimitives.ReadUInt32LittleEndian(record);
        if (Crc32C.Compute(record[ChecksumBytes..], chain) != checksum) return false;
        read = new FasterRecord(
            (FasterRecordKind)record[4],
            (EntryKind)record[5],
            BinaryPrimitives.ReadInt32LittleEndian(record[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[20..]));
        return record.Length - HeaderBytes <= read.PayloadBytes;
    }
}
