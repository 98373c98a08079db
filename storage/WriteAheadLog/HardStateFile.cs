using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// A second copy of term and vote, in a file of its own: two places, written in turn. It says them where a damaged log cannot, for a vote that is forgotten is
/// given twice. With it the log's standing, its owner, and how far the log is known to be durable, which a log that has lost its end cannot say of
/// itself (D10). One thread: the log's.
/// </summary>
/// <remarks>
/// Of the two places one at most is not synced at any time: what is written before the next sync goes to the same place again. A power loss therefore leaves
/// one place as it was synced.
/// </remarks>
/// <param name="disk">The directory.</param>
/// <param name="owner">The directory's identity, written with every copy; none: not known.</param>
internal sealed class HardStateFile(IDisk disk, NodeIdentity owner = default) : IDisposable
{
    public const string Name = "hard-state";

    /// <summary>On the way to the name it has already, see <see cref="NameAgain"/>.</summary>
    public const string AgainName = "hard-state.again";

    /// <summary>Each in a sector of its own.</summary>
    public const int SlotBytes = 512;

    private const ulong Magic = 0x5453_4844_474E_4544; // "DENGDHST", little-endian
    private const int StandingOffset = 28;
    private const int ReachOffset = 32;
    private const int OwnerOffset = 40;
    private const int ChecksumOffset = 48;
    private const int UsedBytes = ChecksumOffset + sizeof(uint);

    private IDiskFile? _file;
    private long _version;
    private bool _isDirty;
    private bool _isRefused;
    private LogAddress _durableReach;

    /// <summary>What the copy says of the log, or is to say with what is written next.</summary>
    public LogStanding Standing { get; private set; }

    /// <summary>Everything in the log before this address was durable when the copy was written; the default: not known.</summary>
    public LogAddress Reach { get; private set; }

    /// <summary>Term and vote that were written last.</summary>
    public HardState Written { get; private set; }

    /// <summary>The newest term and vote that can be read, be there a newer one or not; the default where there is none.</summary>
    public HardState Newest { get; private set; }

    /// <summary>The directory that wrote it; none: not known.</summary>
    public NodeIdentity Owner { get; private set; }

    /// <summary>
    /// The file is there with both its places, readable or not. They are made before the log's first record, so without them part of a directory is gone.
    /// </summary>
    public bool IsThere { get; private set; }

    /// <summary>
    /// What was last made durable, or newer; null when there is no copy, or part of it cannot be read and might have been the newer part.
    /// </summary>
    public HardState? Read()
    {
        (_version, Standing, Reach, Newest, Owner, IsThere) = (0, LogStanding.Unknown, default, default, default, false);
        string name = disk.Exists(Name) ? Name : AgainName;
        if (!disk.Exists(name)) return null;
        using IDiskFile file = disk.Open(name);
        Span<byte> slots = stackalloc byte[2 * SlotBytes];
        slots.Clear();
        IsThere = file.Read(0, slots) == slots.Length;
        int readable = 0;
        for (int slot = 0; slot < 2; slot++)
        {
            if (!TryRead(slots.Slice(slot * SlotBytes, SlotBytes), out Copy found)) continue;
            readable++;
            if (found.Version <= _version) continue;
            _version = found.Version;
            (Newest, Standing, Reach, Owner) = (found.HardState, found.Standing, found.Reach, found.Owner);
        }

        if (readable == 2) return Newest;

        // What cannot be read may have been newer: it may have said that the log lacks more.
        Standing = LogStanding.Unknown;
        return null;
    }

    /// <summary>Makes the copy say what the log says, durably; the directory is the caller's to sync.</summary>
    /// <param name="hardState">Term and vote.</param>
    /// <param name="standing">The log's.</param>
    /// <param name="reach">How far the log is known to be durable, or was once.</param>
    public void Open(HardState hardState, LogStanding standing, LogAddress reach)
    {
        HardState? found = Read();
        (Standing, Reach) = (standing, reach);
        NameAgain();
        bool isNew = !disk.Exists(Name);
        _file = isNew ? disk.Create(Name) : disk.Open(Name);
        Written = hardState;
        try
        {
            // Also what reads as it should: an earlier process may have written it and not synced it, or failed to.
            Put(hardState);
            Sync();

            // The other place too where it is new, or cannot be read.
            if (found is null) Put(hardState);
        }
        catch (StorageFullException) when (isNew)
        {
            _file.Dispose();
            _file = null;
            disk.Delete(Name);
            throw;
        }

        Sync();
    }

    /// <summary>
    /// Gives the file the name it has: where an earlier process failed to sync the directory the name can be seen, and is not on the device (see
    /// <see cref="SegmentFiles.NameAgain"/>). Without it the log is refused.
    /// </summary>
    private void NameAgain()
    {
        if (disk.Exists(Name)) disk.Rename(Name, AgainName);
        if (disk.Exists(AgainName)) disk.Rename(AgainName, Name);
    }

    /// <summary>
    /// Says what is durable in the log: term and vote, and how far it goes. Not synced: for an end that goes missing it is needed long after the system has
    /// written it back. Costs one write of 512 bytes into memory.
    /// </summary>
    /// <exception cref="StorageFullException">It says what it said before, or cannot be read in the place that was not synced.</exception>
    public void Write(HardState hardState, LogAddress reach)
    {
        if (reach == Reach && hardState == Written) return;
        LogAddress before = Reach;
        Reach = reach;
        try
        {
            Put(hardState);
        }
        catch (StorageFullException)
        {
            Reach = before;
            throw;
        }
    }

    /// <summary>How many bytes of the open segment are durable beyond what a power loss leaves of <see cref="Reach"/>.</summary>
    public long BytesAhead(LogAddress reach) => reach.Packed - _durableReach.Packed;

    /// <summary>Says something else of the log; durable after <see cref="Sync"/>.</summary>
    public void Write(LogStanding standing)
    {
        if (standing == Standing) return;
        LogStanding before = Standing;
        Standing = standing;
        try
        {
            Put(Written);
        }
        catch (StorageFullException)
        {
            Standing = before;
            throw;
        }
    }

    private void Put(HardState hardState)
    {
        // Never the place that was synced last while the other one is not: by two the place stays the same.
        long version = _version + (_isDirty ? 2 : 1);
        Span<byte> bytes = stackalloc byte[SlotBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], hardState.Term);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], hardState.VotedFor.Value);
        bytes[StandingOffset] = (byte)Standing;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[ReachOffset..], Reach.Packed);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[OwnerOffset..], owner.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[ChecksumOffset..], Crc32C.Compute(bytes[..ChecksumOffset]));
        _isRefused = true;
        _file!.Write((version & 1) * SlotBytes, bytes);

        // What a full disk has refused may have left half of it there: the next one goes to the same place, or neither could be believed (seed 53).
        _version = version;
        _isRefused = false;
        _isDirty = true;
        Written = hardState;
    }

    /// <summary>Both places say the same, durably: what one of them said of a log that went further is no longer true.</summary>
    public void WriteBoth()
    {
        for (int place = 0; place < 2; place++)
        {
            Put(Written);
            Sync();
        }
    }

    public void Sync()
    {
        if (!_isDirty) return;
        try
        {
            _file!.Sync();
        }
        catch (StorageFullException error)
        {
            throw new IOException("Term and vote could not be synced: their device is full.", error);
        }

        _isDirty = false;
        _durableReach = Reach;
    }

    /// <summary>
    /// Reads the copy again and, when any of it is not what was written, writes both places anew, one after the other: it was worthless before. Only what is
    /// durable is looked at.
    /// </summary>
    /// <returns>It was damaged and is put right, durably.</returns>
    public bool Mend()
    {
        // What a full disk has refused is written again with the batch that it belongs to.
        if (_isRefused) return false;
        Sync();
        if (IsAsWritten()) return false;
        WriteBoth();
        return true;
    }

    public void Dispose() => _file?.Dispose();

    private bool IsAsWritten()
    {
        Span<byte> slots = stackalloc byte[2 * SlotBytes];
        slots.Clear();
        try
        {
            _file!.Read(0, slots);
        }
        catch (IOException)
        {
            return false;
        }

        int newest = (int)(_version & 1) * SlotBytes;
        var expected = new Copy(_version, Written, Standing, Reach, owner);
        return TryRead(slots.Slice(newest, SlotBytes), out Copy found) && found == expected && TryRead(slots.Slice(SlotBytes - newest, SlotBytes), out _);
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out Copy copy)
    {
        copy = new Copy(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            new HardState(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]))),
            (LogStanding)bytes[StandingOffset],
            LogAddress.Unpack(BinaryPrimitives.ReadInt64LittleEndian(bytes[ReachOffset..])),
            new NodeIdentity(BinaryPrimitives.ReadUInt64LittleEndian(bytes[OwnerOffset..])));
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Magic
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) == Crc32C.Compute(bytes[..ChecksumOffset])
            && bytes[UsedBytes..].IndexOfAnyExcept((byte)0) < 0;
    }

    private readonly record struct Copy(long Version, HardState HardState, LogStanding Standing, LogAddress Reach, NodeIdentity Owner);
}
