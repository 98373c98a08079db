using System.Buffers.Binary;
using System.Numerics;

namespace DEngine.Storage;

/// <summary>A byte of a segment that has to be put right.</summary>
/// <param name="Sequence">The segment.</param>
/// <param name="Offset">In bytes from its beginning.</param>
/// <param name="Value">What the byte was when it was written.</param>
internal readonly record struct ByteRepair(long Sequence, long Offset, byte Value);

/// <summary>What is known of a record that cannot be read as it is.</summary>
internal enum RecordDamage : byte
{
    /// <summary>More than a bit is wrong, or there is no record.</summary>
    Unknown,

    /// <summary>One bit has turned over, and is known.</summary>
    Bit,

    /// <summary>One bit has turned over; or the record was torn, and what its place held before differs from it as if by a bit.</summary>
    BitOrTorn,
}

/// <summary>
/// Puts a record right in which one bit has turned over, wherever it is: its checksum says which. What has been put right must carry on the chain; and where
/// nothing that follows says that the record was ever whole, a torn write must be out of the question.
/// </summary>
internal static class RecordRepair
{
    private const int ChecksumBytes = sizeof(uint);
    private const int LengthOffset = 8;
    private const int SectorBytes = 512;

    /// <param name="reader">The segment.</param>
    /// <param name="address">Where a record should be.</param>
    /// <param name="end">Records end before it.</param>
    /// <param name="chain">Checksum of the record before.</param>
    /// <param name="mayBeTorn">Nothing says yet that this place was ever synced.</param>
    /// <param name="isRecycled">What a torn write leaves in between is not zeros.</param>
    /// <param name="record">The record's bytes, put right; owned by the caller. Where it may be torn, what they would be.</param>
    /// <param name="repair">The byte to be written.</param>
    public static RecordDamage Examine(
        SegmentReader reader, LogAddress address, long end, uint chain, bool mayBeTorn, bool isRecycled, out byte[] record, out ByteRepair repair)
    {
        record = [];
        repair = default;
        ReadOnlySpan<byte> header = reader.Read(address.Offset, RecordHeader.Bytes);
        if (header.Length < RecordHeader.Bytes) return RecordDamage.Unknown;
        if (!LooksLikeRecord(header, address.Sequence)) return RecordDamage.Unknown;
        int stated = BinaryPrimitives.ReadInt32LittleEndian(header[LengthOffset..]);
        if (TryLength(reader, address, end, stated, out record) && FindFlip(record, address) is { } at and >= 0)
        {
            return Accept(record, address, chain, at, mayBeTorn, isRecycled, out repair);
        }

        // The length itself: with the right one everything else fits.
        for (int bit = 0; bit < 32; bit++)
        {
            if (!TryLength(reader, address, end, stated ^ (1 << bit), out record)) continue;
            long flip = (LengthOffset * 8) + bit;
            record[flip / 8] ^= (byte)(1 << (int)(flip % 8));
            bool fits = RecordHeader.ChecksumOf(record, address) == BinaryPrimitives.ReadUInt32LittleEndian(record);
            record[flip / 8] ^= (byte)(1 << (int)(flip % 8));
            if (fits) return Accept(record, address, chain, flip, mayBeTorn, isRecycled, out repair);
        }

        return RecordDamage.Unknown;
    }

    /// <summary>Most places where there is no record are told by the mark, without a look at what follows.</summary>
    private static bool LooksLikeRecord(ReadOnlySpan<byte> header, long sequence) =>
        BitOperations.PopCount((uint)(BinaryPrimitives.ReadUInt16LittleEndian(header[RecordHeader.MarkOffset..]) ^ RecordHeader.Mark(sequence))) <= 1;

    private static bool TryLength(SegmentReader reader, LogAddress address, long end, int payloadLength, out byte[] record)
    {
        record = [];
        if (payloadLength is < 0 or > RecordHeader.PayloadBytesMax) return false;
        long total = RecordHeader.TotalBytes(payloadLength);
        if (total > end - address.Offset) return false;
        record = reader.Read(address.Offset, (int)total).ToArray();
        return record.Length == total;
    }

    /// <summary>Which bit of the record it is; -1: none alone.</summary>
    private static long FindFlip(byte[] record, LogAddress address)
    {
        uint difference = RecordHeader.ChecksumOf(record, address) ^ BinaryPrimitives.ReadUInt32LittleEndian(record);
        if (difference == 0) return -1;
        if (BitOperations.IsPow2(difference)) return BitOperations.TrailingZeroCount(difference);
        long found = FlippedBit.Find(record.Length - ChecksumBytes, difference);
        return found < 0 ? -1 : found + (ChecksumBytes * 8);
    }

    private static RecordDamage Accept(byte[] record, LogAddress address, uint chain, long flip, bool mayBeTorn, bool isRecycled, out ByteRepair repair)
    {
        int at = (int)(flip / 8);
        repair = default;
        bool crossesSectors = address.Offset / SectorBytes != (address.Offset + record.Length - 1) / SectorBytes;
        if (mayBeTorn && crossesSectors && !isRecycled && HasEmptySector(record, address)) return RecordDamage.Unknown;
        record[at] ^= (byte)(1 << (int)(flip % 8));
        if (!RecordHeader.TryRead(record, address.Sequence, out RecordHeader header) || header.PreviousChecksum != chain) return RecordDamage.Unknown;
        if (header.Total != record.Length) return RecordDamage.Unknown;
        repair = new ByteRepair(address.Sequence, address.Offset + at, record[at]);
        return mayBeTorn && crossesSectors && isRecycled ? RecordDamage.BitOrTorn : RecordDamage.Bit;
    }

    /// <summary>
    /// A torn write leaves at least one sector of it as it was before: zeros, or in a recycled file anything. A record within one sector is there or it is not.
    /// </summary>
    private static bool HasEmptySector(ReadOnlySpan<byte> record, LogAddress address)
    {
        long last = (address.Offset + record.Length - 1) / SectorBytes;
        for (long sector = address.Offset / SectorBytes; sector <= last; sector++)
        {
            int from = (int)Math.Max(0, (sector * SectorBytes) - address.Offset);
            int to = (int)Math.Min(record.Length, ((sector + 1) * SectorBytes) - address.Offset);
            if (record[from..to].IndexOfAnyExcept((byte)0) < 0) return true;
        }

        return false;
    }
}
