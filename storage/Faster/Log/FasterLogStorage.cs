using System.Runtime.ExceptionServices;
using DEngine.Core;
using FASTER.core;

namespace DEngine.Storage.Faster;

/// <summary>
/// A log on FasterLog, over an <see cref="IDisk"/> (docs/storage.md). FasterLog cannot cut a suffix, so nothing is ever cut: a record that says otherwise
/// supersedes what came before it. <see cref="Write"/> puts records into FasterLog's memory, where they end with the process; when <see cref="Sync"/> has
/// returned, the records are on the device, and so is the commit that says up to where. One thread at a time; any I/O error but "full" ends its
/// usefulness (D6).
/// </summary>
public sealed partial class FasterLogStorage : ILogStorage
{
    private const string Prefix = "faster-log.";

    private readonly IDisk _disk;
    private readonly FasterLogOptions _options;
    private readonly List<EntryPlace> _places = [];
    private long _firstPlace = 1;
    private LogExtent _extent = LogExtent.New;
    private LogExtent _extentBefore = LogExtent.New;
    private HardState _hardState;
    private RecoveryReason _recovery;
    private uint _chain;
    private uint _chainBefore;
    private long? _truncateUntil;
    private bool _isDirty;
    private long _room;
    private byte[] _record = new byte[4 << 10];
    private CommitFile? _commits;
    private CommitCatcher? _catcher;
    private DiskDevice? _device;
    private FasterLog? _log;
    private int _fragmentBytesMax;
    private bool _isOpened;
    private bool _isUsable;

    /// <param name="disk">Holds the log's files, and may hold others, but not those of a <see cref="WriteAheadLog"/>. Stays the caller's.</param>
    /// <param name="options">Null: the defaults. The sizes of a log that is there already stay as they were when it was made.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FasterLogStorage(IDisk disk, FasterLogOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        _options = options ?? new FasterLogOptions();
        _options.Check();
        _disk = disk;
    }

    /// <summary>Whether a disk has the files of such a log.</summary>
    public static bool IsIn(IDisk disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        return CommitFile.IsIn(disk) || DeviceFile.List(disk, Prefix).Count > 0;
    }

    /// <inheritdoc/>
    /// <exception cref="InvariantViolationException">The entries do not follow what the log holds.</exception>
    public void Write(PersistBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        FasterLog log = Usable();
        if (batch.IsEmpty) return;
        Check(batch);
        if (batch.EntryCount > 0 || batch.TruncateFrom is not null) EnsureRoom(Measure(batch));
        Guarded(() => Enqueue(log, batch));
        _isDirty = true;
    }

    /// <inheritdoc/>
    public void Sync()
    {
        FasterLog log = Usable();
        if (!_isDirty) return;
        Guarded(() => Commit(log));
        _isDirty = false;
    }

    /// <summary>Closes the files. Syncs nothing: what was written since the last sync is gone.</summary>
    public void Dispose()
    {
        _isUsable = false;
        _device?.Close();
        _log?.Dispose();
        _log = null;
        _device?.Dispose();
        _commits?.Dispose();
    }

    private FasterLog Usable()
    {
        Invariant.Holds(_isOpened, "a log is opened before it is used");
        if (_isUsable && _log is not null) return _log;
        throw new IOException("This log has failed or is closed: what was written to it since its last sync is gone. Open the directory anew.");
    }

    /// <summary>Nothing may be believed of a log that was left half way, whatever the reason.</summary>
    private void Guarded(Action action)
    {
        _isUsable = false;
        try
        {
            action();
        }
        catch (CommitFailureException) when (_device?.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(AsFinal(failure));
        }
        catch (StorageFullException error)
        {
            throw AsFinal(error);
        }
        catch (FasterException error)
        {
            throw new IOException($"FASTER cannot go on with the log: {error.Message}", error);
        }
        _isUsable = true;
    }

    /// <summary>Room that was there when the batch was taken is denied later: like any failed write it leaves unknown what there is.</summary>
    private static Exception AsFinal(Exception error) =>
        error is StorageFullException ? new IOException("The log could not be written: its device is full.", error) : error;

    /// <summary>
    /// Refuses a batch while the device might not take everything that memory may hold of it: once in FasterLog, a record cannot be taken back. Asks the device
    /// every few MiB only. A batch that adds no record is always taken: dropping a prefix is what makes room.
    /// </summary>
    private void EnsureRoom(long bytes)
    {
        if (_room < bytes)
        {
            long reserve = _options.MemoryBytes;
            long free = _disk.FreeBytes - reserve;
            if (free < bytes) throw new StorageFullException($"{bytes} bytes of entries do not fit: {Math.Max(0, free)} are free beside a reserve of {reserve}.");
            _room = Math.Min(free, Math.Max(bytes, reserve / 2));
        }
        _room -= bytes;
    }

    private static long Measure(PersistBatch batch)
    {
        long bytes = FasterRecord.HeaderBytes;
        foreach (ref readonly Entry entry in batch.Entries) bytes += (2 * FasterRecord.HeaderBytes) + entry.Payload.Length;
        return bytes;
    }

    private void Enqueue(FasterLog log, PersistBatch batch)
    {
        if (batch.DropBefore is { } index) Drop(log, index);
        if (batch.HardState is { } hardState) _hardState = hardState;
        if (batch.Recovery is { } reason) _recovery = reason;
        if (batch.TruncateFrom is { } from)
        {
            bool isNews = from <= _extent.Last;
            _extent.Truncate(from);
            TruncatePlaces(from);
            // With an entry to take its place, the suffix goes by that entry's own record.
            if (isNews && batch.EntryCount == 0) Enqueue(log, new FasterRecord(FasterRecordKind.Truncate, default, 0, from, 0), default);
        }
        foreach (ref readonly Entry entry in batch.Entries) Enqueue(log, entry);
    }

    /// <summary>Before anything is changed.</summary>
    private void Check(PersistBatch batch)
    {
        LogExtent extent = _extent;
        if (batch.DropBefore is { } index) extent.Drop(index);
        if (batch.TruncateFrom is { } from) extent.Truncate(from);
        if (batch.EntryCount > 0 && batch.Entries[0].Index != extent.Last + 1) extent.Restart(batch.Entries[0].Index);
    }

    private void Enqueue(FasterLog log, in Entry entry)
    {
        FasterRecordKind kind = FasterRecordKind.Entry;
        if (entry.Index != _extent.Last + 1)
        {
            kind = FasterRecordKind.Restart;
            TruncatePlaces(0);
            _extent.Restart(entry.Index);
        }
        else
        {
            _extent.Append(entry.Index);
        }
        if (_places.Count == 0) _firstPlace = entry.Index;
        ReadOnlySpan<byte> payload = entry.Payload.Span;
        uint chainBefore = _chain;
        int count = Math.Min(payload.Length, _fragmentBytesMax);
        long address = Enqueue(log, new FasterRecord(kind, entry.Kind, payload.Length, entry.Index, entry.Term), payload[..count]);
        _places.Add(new EntryPlace(address, chainBefore));
        for (payload = payload[count..]; !payload.IsEmpty; payload = payload[count..])
        {
            count = Math.Min(payload.Length, _fragmentBytesMax);
            Enqueue(log, new FasterRecord(FasterRecordKind.Continuation, default, payload.Length, entry.Index, entry.Term), payload[..count]);
        }
    }

    private long Enqueue(FasterLog log, in FasterRecord header, ReadOnlySpan<byte> payload)
    {
        int length = FasterRecord.HeaderBytes + payload.Length;
        if (_record.Length < length) _record = new byte[Math.Max(length, Math.Min(2 * length, FasterRecord.HeaderBytes + _fragmentBytesMax))];
        Span<byte> record = _record.AsSpan(0, length);
        payload.CopyTo(record[FasterRecord.HeaderBytes..]);
        _chain = header.Seal(record, _chain);
        long address = log.Enqueue(record);
        _device!.ThrowIfFailed();
        return address;
    }

    /// <summary>Forgets a prefix at once; its room is given back with the next sync.</summary>
    private void Drop(FasterLog log, long index)
    {
        if (index <= _extent.First) return;
        _extent.Drop(index);
        int dropped = (int)Math.Clamp(index - _firstPlace, 0, _places.Count);
        _places.RemoveRange(0, dropped);
        _firstPlace += dropped;
        if (_places.Count > 0)
        {
            _truncateUntil = _places[0].Address;
            _chainBefore = _places[0].ChainBefore;
            _extentBefore = new LogExtent(_firstPlace, _firstPlace - 1);
        }
        else
        {
            _truncateUntil = log.TailAddress;
            _chainBefore = _chain;
            _extentBefore = _extent;
        }
    }

    private void TruncatePlaces(long from)
    {
        int kept = (int)Math.Clamp(from - _firstPlace, 0, _places.Count);
        _places.RemoveRange(kept, _places.Count - kept);
    }

    private void Commit(FasterLog log)
    {
        log.CommitStrongly(out _, out _, spinWait: true);
        _device!.ThrowIfFailed();
        if (_truncateUntil is { } address)
        {
            log.TruncateUntil(address);
            log.CommitStrongly(out _, out _, spinWait: true);
            _truncateUntil = null;
        }

        // The order of these three is what an acknowledgement rests on: records, then the commit that speaks of them, then the files that it no longer needs.
        _device.Sync();
        FasterCommit commit = MakeCommit();
        _commits!.Write(commit);
        _device.DeleteBefore((int)(commit.Addresses().Begin / commit.Sizes.Segment));
    }

    private FasterCommit MakeCommit() => _commits!.Newest with
    {
        Sequence = _commits.Newest.Sequence + 1,
        HardState = _hardState,
        Recovery = _recovery,
        Extent = _extent,
        ExtentBefore = _extentBefore,
        ChainBefore = _chainBefore,
        Chain = _chain,
        Metadata = _catcher!.Metadata,
    };
}
