using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// A second copy of term and vote, in a file of its own: two places, written in turn. The log says what they are; the copy says it where a damaged log cannot,
/// for a vote that is forgotten is given twice. With it the log's standing. One thread: the log's.
/// </summary>
internal sealed class HardStateFile(IDisk disk) : IDisposable
{
    public const string Name = "hard-state";

    /// <summary>Each in a sector of its own.</summary>
    public const int SlotBytes = 512;

    private const ulong Magic = 0x5453_4844_474E_4544; // "DENGDHST", little-endian
    private const int UsedBytes = 40;
    private const int StandingOffset = 28;

    private IDiskFile? _file;
    private long _version;
    private bool _isDirty;
    private bool _isRefused;
    private HardState _written;

    /// <summary>What the copy says of the log, or is to say with what is written next.</summary>
    public LogStanding Standing { get; private set; }

    /// <summary>
    /// What was last made durable, or newer; null when there is no copy, or part of it cannot be read and might have been the newer part.
    /// </summary>
    public HardState? Read()
    {
        if (!disk.Exists(Name)) return null;
        using IDiskFile file = disk.Open(Name);
        Span<byte> slots = stackalloc byte[2 * SlotBytes];
        slots.Clear();
        file.Read(0, slots);
        HardState? newest = null;
        _version = 0;
        Standing = LogStanding.Unknown;
        for (int slot = 0; slot < 2; slot++)
        {
            ReadOnlySpan<byte> bytes = slots.Slice(slot * SlotBytes, SlotBytes);
            if (bytes.IndexOfAnyExcept((byte)0) < 0) continue;
            if (!TryRead(bytes, out long version, out HardState found, out LogStanding standing))
            {
                Standing = LogStanding.Unknown;
                return null;
            }

            if (version <= _version) continue;
            _version = version;
            newest = found;
            Standing = standing;
        }

        return newest;
    }

    /// <summary>Makes the copy say what the log says, durably; the directory is the caller's to sync.</summary>
    /// <param name="hardState">Term and vote.</param>
    /// <param name="standing">The log's.</param>
    public void Open(HardState hardState, LogStanding standing)
    {
        HardState? found = Read();
        Standing = standing;
        bool isNew = !disk.Exists(Name);
        _file = isNew ? disk.Create(Name) : disk.Open(Name);
        _written = hardState;
        Span<byte> nothing = stackalloc byte[2 * SlotBytes];
        nothing.Clear();
        try
        {
            // Both places anew where a half cannot be read, which would make the copy worthless until it is written to; it is worthless already.
            if (found is null) _file.Write(0, nothing);

            // Also what reads as it should: an earlier process may have written it and not synced it, or failed to.
            Write(hardState);
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

    /// <summary>Says something else of the log; durable after <see cref="Sync"/>.</summary>
    public void Write(LogStanding standing)
    {
        if (standing == Standing) return;
        LogStanding before = Standing;
        Standing = standing;
        try
        {
            Write(_written);
        }
        catch (StorageFullException)
        {
            Standing = before;
            throw;
        }
    }

    /// <summary>Durable after <see cref="Sync"/>.</summary>
    public void Write(HardState hardState)
    {
        long version = _version + 1;
        Span<byte> bytes = stackalloc byte[SlotBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], hardState.Term);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], hardState.VotedFor.Value);
        bytes[StandingOffset] = (byte)Standing;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[32..], Crc32C.Compute(bytes[..32]));
        _isRefused = true;
        _file!.Write((version & 1) * SlotBytes, bytes);

        // What a full disk has refused may have left half of it there: the next one goes to the same place, or neither could be believed (seed 53).
        _version = version;
        _isRefused = false;
        _isDirty = true;
        _written = hardState;
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
    }

    /// <summary>
    /// Reads the copy again and, when any of it is not what was written, writes both places anew, one after the other: it was worthless before. Only what is
    /// durable is looked at.
    /// </summary>
    /// <returns>It was damaged and is put right, durably.</returns>
    public bool Mend()
    {
        // What a full disk has refused is written again with the batch that it belongs to.
        if (_isDirty || _isRefused || IsAsWritten()) return false;
        for (int place = 0; place < 2; place++)
        {
            Write(_written);
            Sync();
        }

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
        ReadOnlySpan<byte> other = slots.Slice(SlotBytes - newest, SlotBytes);
        return TryRead(slots.Slice(newest, SlotBytes), out long version, out HardState found, out LogStanding standing)
            && version == _version && found == _written && standing == Standing
            && (other.IndexOfAnyExcept((byte)0) < 0 || TryRead(other, out _, out _, out _));
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out long version, out HardState hardState, out LogStanding standing)
    {
        standing = (LogStanding)bytes[StandingOffset];
        version = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        hardState = new HardState(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..])));
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Magic
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]) == Crc32C.Compute(bytes[..32])
            && bytes[UsedBytes..].IndexOfAnyExcept((byte)0) < 0;
    }
}
