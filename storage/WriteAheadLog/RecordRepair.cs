using System.Buffers.Binary;
using System.Numerics;

namespace DEngine.Storage;

/// <summary>A byte of a segment that has to be put right.</summary>
/// <param name="Sequence">The segment.</param>
/// <param name="Offset">In bytes from its beginning.</param>
/// <param name="Value">What the byte was when it was written.</param>
internal readonly record struct ByteRepair(long Sequence, long Offset, byte Value);

/// <summary>A place where a record should be, and what is known of it.</summary>
/// <param name="Address">Where it begins.</param>
/// <param name="End">Records end before it.</param>
/// <param name="Chain">Checksum of the record before.</param>
/// <param name="MayBeTorn">Nothing says yet that this place was ever synced.</param>
/// <param name="IsRecycled">What a torn write leaves in between is not zeros.</param>
/// <param name="MendBytesMax">The longest record that may be put right.</param>
internal readonly record struct RecordPlace(LogAddress Address, long End, uint Chain, bool MayBeTorn, bool IsRecycled, int MendBytesMax);

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
    /// <param name="place">Where a record should be.</param>
    /// <param name="record">The record's bytes, put right; owned by the caller. Where it may be torn, what they would be.</param>
    /// <param name="repair">The byte to be written.</param>
    public static RecordDamage Examine(SegmentReader reader, in RecordPlace place, out byte[] record, out ByteRepair repair)
    {
        LogAddress address = place.Address;
        record = [];
        repair = default;
        ReadOnlySpan<byte> header = reader.Read(address.Offset, RecordHeader.Bytes);
        if (header.Length < RecordHeader.Bytes) return RecordDamage.Unknown;
        if (!LooksLikeRecord(header, address.Sequence)) return RecordDamage.Unknown;
        int stated = BinaryPrimitives.ReadInt32LittleEndian(header[LengthOffset..]);
        if (TryLength(reader, place, stated, out record) && FindFlip(record, address) is { } at and >= 0) return Accept(record, place, at, out repair);

        // The length itself: with the right one everything else fits.
        for (int bit = 0; bit < 32; bit++)
        {
            if (!TryLength(reader, place, stated ^ (1 << bit), out record)) continue;
            long flip = (LengthOffset * 8) + bit;
            record[flip / 8] ^= (byte)(1 << (int)(flip % 8));
            bool fits = RecordHeader.ChecksumOf(record, address) == BinaryPrimitives.ReadUInt32LittleEndian(record);
            record[flip / 8] ^= (byte)(1 << (int)(flip % 8));
            if (fits) return Accept(record, place, flip, out repair);
        }

        return RecordDamage.Unknown;
    }

    /// <summary>Most places where there is no record are told by the mark, without a look at what follows.</summary>
    private static bool LooksLikeRecord(ReadOnlySpan<byte> header, long sequence) =>
        BitOperations.PopCount((uint)(BinaryPrimitives.ReadUInt16LittleEndian(header[RecordHeader.MarkOffset..]) ^ RecordHeader.Mark(sequence))) <= 1;

    /// <summary>
    /// The longer a record, the likelier it is that garbage looks like one flipped bit of it: of a long one nothing is believed (D5, docs/recovery.md).
    /// </summary>
    private static bool TryLength(SegmentReader reader, in RecordPlace place, int payloadLength, out byte[] record)
    {
        record = [];
        if (payloadLength < 0 || RecordHeader.TotalBytes(payloadLength) > place.MendBytesMax) return false;
        long total = RecordHeader.TotalBytes(payloadLength);
        if (total > place.End - place.Address.Offset) return false;
        record = reader.Read(place.Address.Offset, (int)total).ToArray();
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

    private static RecordDamage Accept(byte[] record, in RecordPlace place, long flip, out ByteRepair repair)
    {
        LogAddress address = place.Address;
        int at = (int)(flip / 8);
        repair = default;
        bool crossesSectors = address.Offset / SectorBytes != (address.Offset + record.Length - 1) / SectorBytes;
        if (place.MayBeTorn && crossesSectors && !place.IsRecycled && HasEmptySector(record, address)) return RecordDamage.Unknown;
        record[at] ^= (byte)(1 << (int)(flip % 8));
        if (!RecordHeader.TryRead(record, address.Sequence, out RecordHeader header) || header.PreviousChecksum != place.Chain) return RecordDamage.Unknown;
        if (header.Total != record.Length) return RecordDamage.Unknown;
        repair = new ByteRepair(address.Sequence, address.Offset + at, record[at]);
        return place.MayBeTorn && crossesSectors && place.IsRecycled ? RecordDamage.BitOrTorn : RecordDamage.Bit;
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
