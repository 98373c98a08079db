using System.Buffers.Binary;
using DEngine.Core;
using FASTER.core;

namespace DEngine.Storage.Faster;

/// <summary>
/// Everything that one sync of a <see cref="FasterLogStorage"/> vouches for: what FasterLog needs to find its records again, and what is not in them.
/// </summary>
internal sealed record FasterCommit
{
    /// <summary>Bytes of a commit on disk: one sector, written whole or not at all.</summary>
    public const int Bytes = 512;

    private const ulong Magic = 0x3154_494D_4D4F_4345; // "ECOMMIT1", little-endian
    private const int FixedBytes = 88;

    /// <summary>Counts up by one from 1.</summary>
    public required long Sequence { get; init; }

    public required HardState HardState { get; init; }

    /// <summary>Why the node is recovering.</summary>
    public RecoveryReason Recovery { get; init; }

    /// <summary>Which entries the log holds.</summary>
    public required LogExtent Extent { get; init; }

    /// <summary>Which entries it held just before the first record that is needed.</summary>
    public required LogExtent ExtentBefore { get; init; }

    /// <summary>Checksum of the record before the first one that is needed.</summary>
    public required uint ChainBefore { get; init; }

    /// <summary>Checksum of the last record.</summary>
    public required uint Chain { get; init; }

    /// <summary>Bytes of a page and of a segment, by which addresses are divided.</summary>
    public required (int Page, int Segment) Sizes { get; init; }

    /// <summary>What FasterLog gave to be kept; empty: it has never committed anything.</summary>
    public required byte[] Metadata { get; init; }

    /// <summary>Where FasterLog's records begin and end, and its number for the commit; zeros when there are none.</summary>
    public (long Begin, long Until, long Number) Addresses()
    {
        if (Metadata.Length == 0) return default;
        var info = default(FasterLogRecoveryInfo);
        info.Initialize(new BinaryReader(new MemoryStream(Metadata)));
        return (info.BeginAddress, info.UntilAddress, info.CommitNum);
    }

    public void Write(Span<byte> target)
    {
        Invariant.Holds(FixedBytes + Metadata.Length <= Bytes, "a commit fits a sector", FixedBytes + Metadata.Length, Bytes);
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(target[12..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[20..], HardState.Term);
        BinaryPrimitives.WriteUInt32LittleEndian(target[28..], HardState.VotedFor.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], Extent.First);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], Extent.Last);
        BinaryPrimitives.WriteUInt32LittleEndian(target[48..], ChainBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(target[52..], Chain);
        BinaryPrimitives.WriteInt32LittleEndian(target[56..], Sizes.Page);
        BinaryPrimitives.WriteInt32LittleEndian(target[60..], Sizes.Segment);
        BinaryPrimitives.WriteInt32LittleEndian(target[64..], Metadata.Length);
        BinaryPrimitives.WriteInt64LittleEndian(target[68..], ExtentBefore.First);
        BinaryPrimitives.WriteInt64LittleEndian(target[76..], ExtentBefore.Last);
        BinaryPrimitives.WriteInt32LittleEndian(target[84..], (int)Recovery);
        Metadata.CopyTo(target[FixedBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Crc32C.Compute(target[12..Bytes]));
    }

    /// <summary>Reads a commit; null when it is none, or a torn one.</summary>
    public static FasterCommit? Read(ReadOnlySpan<byte> source)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(source) != Magic) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[8..]) != Crc32C.Compute(source[12..Bytes])) return null;
        int metadataBytes = BinaryPrimitives.ReadInt32LittleEndian(source[64..]);
        return new FasterCommit
        {
            Sequence = BinaryPrimitives.ReadInt64LittleEndian(source[12..]),
            HardState = new HardState(BinaryPrimitives.ReadInt64LittleEndian(source[20..]), new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(source[28..]))),
            Extent = new LogExtent(BinaryPrimitives.ReadInt64LittleEndian(source[32..]), BinaryPrimitives.ReadInt64LittleEndian(source[40..])),
            ExtentBefore = new LogExtent(BinaryPrimitives.ReadInt64LittleEndian(source[68..]), BinaryPrimitives.ReadInt64LittleEndian(source[76..])),
            ChainBefore = BinaryPrimitives.ReadUInt32LittleEndian(source[48..]),
            Chain = BinaryPrimitives.ReadUInt32LittleEndian(source[52..]),
            Sizes = (BinaryPrimitives.ReadInt32LittleEndian(source[56..]), BinaryPrimitives.ReadInt32LittleEndian(source[60..])),
            Recovery = (RecoveryReason)BinaryPrimitives.ReadInt32LittleEndian(source[84..]),
            Metadata = source.Slice(FixedBytes, metadataBytes).ToArray(),
        };
    }
}
