using DEngine.Core;

namespace DEngine.Storage;

/// <summary>How a <see cref="WriteAheadLog"/> lays out its files. May differ from one start to the next.</summary>
public sealed record WriteAheadLogOptions
{
    /// <summary>Smallest <see cref="SegmentBytes"/>; so small a segment serves simulation only.</summary>
    public const int SegmentBytesMin = 4 << 10;

    /// <summary>Largest <see cref="SegmentBytes"/>.</summary>
    public const int SegmentBytesMax = 1 << 30;

    /// <summary>Largest <see cref="MendBytesMax"/>, and what it is: docs/recovery.md has the arithmetic.</summary>
    public const int MendBytesMaxDefault = 4 << 10;

    /// <summary>
    /// Size at which a segment is closed, in bytes: 4 KiB to 1 GiB, 64 KiB at least in production. A batch is never split, so a batch
    /// larger than a segment makes a larger segment.
    /// </summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>
    /// How far ahead of use a fresh segment is filled with zeros, in bytes: 4 KiB to 1 GiB. No more than a segment is filled.
    /// </summary>
    public int ZeroAheadBytes { get; init; } = 1 << 20;

    /// <summary>How many dropped segments wait to be used again; further ones are deleted. 0 to 64.</summary>
    public int RecycledSegmentsMax { get; init; } = 2;

    /// <summary>
    /// Entries are acknowledged before they are synced (memory-first): should the machine go down meanwhile, the next opening says so
    /// (<see cref="LogRecovery.Recovery"/>). Needs a <see cref="BootId"/>.
    /// </summary>
    public bool AcknowledgesUnsynced { get; init; }

    /// <summary>
    /// Names the present run of the machine: whatever is written and not synced is lost when it ends, and not before. Not 0; one that no two runs share.
    /// </summary>
    public long BootId { get; init; }

    /// <summary>
    /// The directory's identity: written into every file of the log, and a log of another one is refused. None: not known, and nothing is compared.
    /// </summary>
    public NodeIdentity Owner { get; init; }

    /// <summary>
    /// The longest record, in bytes, in which one flipped bit is put right from the checksum; a longer one is lost, and comes back from a peer. What is wrong
    /// in another way looks like one flipped bit once in 2^32 / (8 * length) cases. 0: none is put right; <see cref="MendBytesMaxDefault"/> at most.
    /// </summary>
    public int MendBytesMax { get; init; } = MendBytesMaxDefault;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfEqual(AcknowledgesUnsynced && BootId == 0, true, nameof(BootId));
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, SegmentBytesMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SegmentBytes, SegmentBytesMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(ZeroAheadBytes, SegmentBytesMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ZeroAheadBytes, SegmentBytesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(MendBytesMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MendBytesMax, MendBytesMaxDefault);
        ArgumentOutOfRangeException.ThrowIfNegative(RecycledSegmentsMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RecycledSegmentsMax, 64);
    }
}
