using System.Buffers.Binary;
using System.Numerics;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// The first block of a segment (docs/wal-format.md): where the log stood when the segment was made. What came before was durable by then.
/// </summary>
/// <param name="Sequence">Number of the segment, from 1.</param>
/// <param name="NextIndex">Index that the next appended entry would have had.</param>
/// <param name="HardState">Term and vote.</param>
/// <param name="PreviousChecksum">Checksum of the last record of the segment before; the first record here is chained to it.</param>
/// <param name="PreviousEnd">Where the records of the segment before end, in bytes; 0 for the first segment.</param>
/// <param name="Life">How the node lived when the segment was made.</param>
/// <param name="Owner">Identity of the directory that the log belongs to; none: not known.</param>
/// <param name="IsGuess">It was damaged and has been made anew: of index, term and vote it says what was known then, which may be too little.</param>
/// <param name="IsRecycled">The file still holds records of a former life behind what has been written in this one.</param>
internal readonly record struct SegmentHeader(
    long Sequence, long NextIndex, HardState HardState, uint PreviousChecksum, long PreviousEnd, LogLife Life, bool IsRecycled,
    NodeIdentity Owner = default, bool IsGuess = false)
{
    /// <summary>One sector, so that a power loss while a recycled file gets its header leaves the old one or the new one.</summary>
    public const int Bytes = 512;

    public const uint Version = 2;

    private const ulong Magic = 0x314C_4157_474E_4544; // "DENGWAL1", little-endian
    private const uint RecycledFlag = 1;
    private const uint GuessFlag = 2;

    public void Write(Span<byte> target)
    {
        target[..Bytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], NextIndex);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], HardState.Term);
        BinaryPrimitives.WriteUInt32LittleEndian(target[40..], HardState.VotedFor.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(target[44..], PreviousChecksum);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], PreviousEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(target[56..], (IsRecycled ? RecycledFlag : 0) | (IsGuess ? GuessFlag : 0));
        target[60] = (byte)Life.Recovery;
        BinaryPrimitives.WriteInt64LittleEndian(target[64..], Life.BootId);
        BinaryPrimitives.WriteUInt64LittleEndian(target[72..], Owner.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], ChecksumOf(target));
    }

    /// <summary>Reads a header whose checksum is right.</summary>
    /// <exception cref="IOException">It is sound, but of a version that this program does not know.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentHeader header)
    {
        header = default;
        if (bytes.Length < Bytes || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != ChecksumOf(bytes)) return false;
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (version != Version)
            throw new IOException($"The log is of format version {version}; this program reads version {Version}. Use the program that wrote it.");
        var votedFor = new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]));
        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            new HardState(BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]), votedFor),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            new LogLife(BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]), (RecoveryReason)bytes[60]),
            (BinaryPrimitives.ReadUInt32LittleEndian(bytes[56..]) & RecycledFlag) != 0,
            new NodeIdentity(BinaryPrimitives.ReadUInt64LittleEndian(bytes[72..])),
            (BinaryPrimitives.ReadUInt32LittleEndian(bytes[56..]) & GuessFlag) != 0);
        return true;
    }

    /// <summary>Puts a header right in which one bit has turned over.</summary>
    /// <param name="bytes">The header; put right, if that can be done.</param>
    /// <param name="header">What it says then.</param>
    /// <param name="at">The byte that was wrong.</param>
    public static bool TryRepair(Span<byte> bytes, out SegmentHeader header, out int at)
    {
        header = default;
        at = 0;
        if (bytes.Length < Bytes) return false;
        ulong magic = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ Magic;
        uint difference = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) ^ ChecksumOf(bytes);
        long flip = (magic, difference) switch
        {
            (not 0, 0) when BitOperations.IsPow2(magic) => BitOperations.TrailingZeroCount(magic),
            (0, not 0) when BitOperations.IsPow2(difference) => 64 + BitOperations.TrailingZeroCount(difference),
            (0, not 0) when FlippedBit.Find(Bytes - 12, difference) is >= 0 and long found => 96 + found,
            _ => -1,
        };
        if (flip < 0) return false;
        at = (int)(flip / 8);
        bytes[at] ^= (byte)(1 << (int)(flip % 8));
        return TryRead(bytes, out header);
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> block) => Crc32C.Compute(block[12..Bytes]);
}
