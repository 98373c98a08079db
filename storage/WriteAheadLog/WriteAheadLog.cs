using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// The log as segment files on an <see cref="IDisk"/> (docs/wal-format.md). <see cref="Write"/> hands one batch to the operating system by
/// one write, so that it outlives the process at once; <see cref="Sync"/> makes everything so far durable: group commit is several writes
/// before a sync. Neither allocates in the steady state. One thread at a time; any I/O error but "full" ends its usefulness (D6).
/// </summary>
public sealed partial class WriteAheadLog : ILogStorage
{
    /// <summary>So much of a log is durable at most before the word of it is, in the copy of term and vote: one sync more for each such piece.</summary>
    private const long UnsyncedReachBytesMax = 1 << 20;

    private readonly IDisk _disk;
    private readonly SegmentFiles _files;
    private readonly HardStateFile _hardStates;
    private readonly RecordBuffer _buffer = new();
    private readonly List<SegmentSummary> _closed = [];
    private readonly WriteAheadLogOptions _options;
    private OpenSegment? _segment;
    private LogExtent _extent = LogExtent.New;
    private HardState _hardState;
    private LogLife _life;
    private LogAddress _syncedThrough;
    private uint _chain;
    private bool _isOpened;
    private bool _isUsable;
    private bool _isReachWithheld;

    /// <param name="disk">Holds the log's files, and may hold others. Stays the caller's.</param>
    /// <param name="options">Null: the defaults.</param>
    public WriteAheadLog(IDisk disk, WriteAheadLogOptions? options = null)
    {
        _options = options ?? new WriteAheadLogOptions();
        _options.Check();
        _disk = disk;
        _files = new SegmentFiles(disk, _options);
        _hardStates = new HardStateFile(disk, _options.Owner);
        _scrub = new LogScrub(disk, _options.MendBytesMax);
    }

    /// <summary>Segments in use, the one that is written to included; 0 before <see cref="Open"/>.</summary>
    public int SegmentCount => _segment is null ? 0 : _closed.Count + 1;

    /// <inheritdoc/>
    /// <exception cref="InvariantViolationException">The entries do not follow what the log holds.</exception>
    public void Write(PersistBatch batch)
    {
        try
        {
            WriteOnce(batch);
        }
        catch (StorageFullException) when (_files.HasSpares)
        {
            // What waits to be used again takes room that is needed now.
            _files.DeleteSpares();
            WriteOnce(batch);
        }
    }

    private void WriteOnce(PersistBatch batch)
    {
        OpenSegment segment = Usable();
        if (batch.IsEmpty) return;
        if (batch.DropBefore is { } index)
        {
            DropBefore(index);
            segment = Usable();
            if (batch is { HardState: null, TruncateFrom: null, Recovery: null, EntryCount: 0, Fills.Count: 0 }) return;
        }

        try
        {
            long bytes = Measure(batch);
            if (!segment.HasRoomFor(bytes)) segment = Rotate(segment);
            LeaveStandingFor(batch);
            LogExtent extent = Encode(batch, segment, bytes);
            Append(segment);
            _extent = extent;
            if (batch.HardState is { } hardState) _hardState = hardState;
            if (batch.Recovery is { } reason) _life = _life with { Recovery = reason };
            if (batch.EntryCount > 0) segment.HighestIndex = Math.Max(segment.HighestIndex, batch.Entries[^1].Index);
            if (batch.Fills.Count > 0) segment.HighestIndex = Math.Max(segment.HighestIndex, batch.Fills[^1].Index);
        }
        catch (IOException error) when (error is not StorageFullException)
        {
            _isUsable = false;
            throw;
        }
    }

    /// <inheritdoc/>
    public void Sync()
    {
        OpenSegment segment = Usable();
        try
        {
            if (_syncedThrough != segment.End) SyncSegment(segment);
            TellWhole();
            TellReach(mustSync: false);
        }
        catch (IOException)
        {
            _isUsable = false;
            throw;
        }
    }

    /// <summary>
    /// Gives back the room of entries before <paramref name="index"/>, which a snapshot covers: whole segments only, so some of them may
    /// stay on disk, but none is reported by <see cref="Open"/> any more. Durable on return, with everything written before. Costs a sync
    /// or two.
    /// </summary>
    /// <exception cref="StorageFullException">Not even room for the note that they are not needed; nothing has happened.</exception>
    public void DropBefore(long index)
    {
        OpenSegment segment = Usable();
        if (index <= _extent.First)
        {
            Sync();
            return;
        }

        DropSegments(segment, index);
    }

    /// <summary>Writes down that entries before an index are not needed, and gives back the segments that hold no others (S3).</summary>
    private void DropSegments(OpenSegment segment, long index)
    {
        try
        {
            long bytes = RecordHeader.TotalBytes(0);
            if (!segment.HasRoomForNote(bytes)) segment = Rotate(segment);
            int dropped = 0;
            while (dropped < _closed.Count && HighestNeeded(_closed[dropped]) < index) dropped++;
            long firstNeeded = dropped < _closed.Count ? _closed[dropped].Sequence : segment.Sequence;

            _buffer.Begin(segment.End, _chain, _syncedThrough, bytes);
            _buffer.Append(RecordKind.Drop, index, firstNeeded);
            Append(segment, isNote: true);
            _extent.Drop(index);
            // Without the record a missing segment is damage, so it has to be durable before the first one goes.
            SyncSegment(segment);
            for (int i = 0; i < dropped; i++) _files.Drop(_closed[i].Sequence);
            if (dropped > 0) _files.SyncDirectory();
            _closed.RemoveRange(0, dropped);
            _damaged.RemoveWhere(sequence => sequence < firstNeeded);
        }
        catch (IOException error) when (error is not StorageFullException)
        {
            _isUsable = false;
            throw;
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        Sync();

        // The record that says so also bears witness that everything before it had been synced, the last group included.
        try
        {
            Begin(_life with { BootId = 0 }, _hardState);
        }
        catch (StorageFullException)
        {
            // Nothing is lost without it; the next opening cannot tell how this life ended, and takes the worst for it.
            return;
        }

        Sync();
        TellReach(mustSync: true);
    }

    /// <summary>Closes the files. Syncs nothing.</summary>
    public void Dispose()
    {
        _segment?.Dispose();
        _segment = null;
        _hardStates.Dispose();
        _isUsable = false;
    }

    private OpenSegment Usable()
    {
        Invariant.Holds(_isOpened, "a log is opened before it is used");
        if (_isUsable && _segment is not null) return _segment;
        throw new IOException("This log has failed or is closed: what it wrote since its last sync may be gone. Open the directory anew.");
    }

    /// <summary>
    /// Writes down how the node lives from here on, and then, when the log does not say it any more, whom it has voted for; not synced yet. In this order: a
    /// crash may leave the first of the two, and that one says that the node is recovering.
    /// </summary>
    private void Begin(LogLife life, HardState? hardState)
    {
        OpenSegment segment = Usable();
        try
        {
            long bytes = 2 * RecordHeader.TotalBytes(0);
            if (!segment.HasRoomForNote(bytes)) segment = Rotate(segment);
            _buffer.Begin(segment.End, _chain, _syncedThrough, bytes);
            _buffer.Append(RecordKind.Life, life.BootId, (long)life.Recovery);
            if (hardState is { } known) _buffer.Append(RecordKind.HardState, known.VotedFor.Value, known.Term);
            Append(segment, isNote: true);
            _life = life;
            _hardState = hardState ?? _hardState;
        }
        catch (IOException error) when (error is not StorageFullException)
        {
            _isUsable = false;
            throw;
        }
    }

    /// <summary>
    /// Writes down beside the log what is durable in it: term and vote, and how far it goes, so that an end that goes missing is missed (D10). Only after the
    /// log's own sync: a copy that is ahead of the log proves that the log has lost something. A new term or vote is durable here too before it is acted
    /// upon (D4).
    /// </summary>
    private void TellReach(bool mustSync)
    {
        if (_isReachWithheld) return;
        bool isVoteNews = _hardStates.Written != _hardState;
        try
        {
            _hardStates.Write(_hardState, _syncedThrough);
        }
        catch (StorageFullException error)
        {
            // How far the log goes can be said with a later sync. A vote leaves after this one.
            if (isVoteNews) throw new IOException("The copy of term and vote could not be written: its device is full.", error);
            return;
        }

        if (mustSync || isVoteNews || _hardStates.BytesAhead(_syncedThrough) >= UnsyncedReachBytesMax) _hardStates.Sync();
    }

    /// <summary>Durable with a later sync; until then the copy says less than it could.</summary>
    private void TellWhole()
    {
        if (_life.Recovery != RecoveryReason.None || _life.AcknowledgesUnsynced) return;
        try
        {
            _hardStates.Write(LogStanding.Whole);
        }
        catch (StorageFullException)
        {
            // Said with a later sync.
        }
    }

    /// <summary>
    /// What a leader gives takes the place of what is behind a gap, and a recovery that begins knows more than the log: from here on peers cannot fill it. That
    /// has to be durable first.
    /// </summary>
    private void LeaveStandingFor(PersistBatch batch)
    {
        bool changesLog = batch.EntryCount > 0 || batch.TruncateFrom is not null;
        bool isReplaced = changesLog && batch.Fills.Count == 0 && _hardStates.Standing == LogStanding.MayBeFilled;
        if (!isReplaced && batch.Recovery is null or RecoveryReason.None) return;
        _hardStates.Write(LogStanding.Incomplete);
        _hardStates.Sync();
    }

    private void Append(OpenSegment segment, bool isNote = false)
    {
        segment.Append(_buffer.Bytes, isNote);
        _chain = _buffer.Chain;
    }

    private void SyncSegment(OpenSegment segment)
    {
        try
        {
            segment.Sync();
        }
        catch (StorageFullException error)
        {
            // Space that was promised at the write is denied at the sync: like any failed sync it leaves unknown what there is.
            throw new IOException("The log could not be synced: its device is full.", error);
        }
        _syncedThrough = segment.End;
    }

    private OpenSegment Rotate(OpenSegment segment)
    {
        segment.EraseRefused();
        // A segment is complete and durable before its successor can be seen: recovery relies on it to tell damage from a torn tail (D8).
        SyncSegment(segment);
        OpenSegment next = _files.Create(
            new SegmentHeader(segment.Sequence + 1, _extent.Last + 1, _hardState, _chain, segment.End.Offset, _life, IsRecycled: false, _options.Owner));
        _closed.Add(new SegmentSummary(segment.Header, segment.End.Offset, segment.HighestIndex));
        segment.Dispose();
        _segment = next;
        _files.SyncDirectory();
        _syncedThrough = next.End;

        // Nothing in the segments before it says that there is this one.
        TellReach(mustSync: true);
        return next;
    }

    private static long Measure(PersistBatch batch)
    {
        long bytes = 0;
        if (batch.HardState is not null) bytes += RecordHeader.TotalBytes(0);
        if (batch.TruncateFrom is not null) bytes += RecordHeader.TotalBytes(0);
        if (batch.Recovery is not null) bytes += RecordHeader.TotalBytes(0);
        foreach (Entry fill in batch.Fills) bytes += RecordHeader.TotalBytes(fill.Payload.Length);
        foreach (ref readonly Entry entry in batch.Entries)
        {
            Invariant.Holds(entry.Payload.Length <= RecordHeader.PayloadBytesMax, "an entry fits a record");
            bytes += RecordHeader.TotalBytes(entry.Payload.Length);
        }
        return bytes;
    }

    private LogExtent Encode(PersistBatch batch, OpenSegment segment, long bytes)
    {
        LogExtent extent = _extent;
        ReadOnlySpan<Entry> entries = batch.Entries;
        _buffer.Begin(segment.End, _chain, _syncedThrough, bytes);
        if (batch.HardState is { } hardState) _buffer.Append(RecordKind.HardState, hardState.VotedFor.Value, hardState.Term);
        foreach (Entry fill in batch.Fills) _buffer.Append(RecordKind.Fill, fill.Index, fill.Term, fill.Kind, fill.Payload.Span);
        if (batch.Fills.Count > 0) extent = new LogExtent(extent.IsEmpty ? batch.Fills[0].Index : extent.First, batch.FilledThrough);
        if (batch.TruncateFrom is { } from)
        {
            extent.Truncate(from);
            // With an entry to take its place, the suffix goes by that entry's own record: there is no state in between to crash in.
            if (entries.IsEmpty) _buffer.Append(RecordKind.Truncate, from, 0);
        }
        foreach (ref readonly Entry entry in entries)
        {
            RecordKind kind = RecordKind.Entry;
            if (entry.Index != extent.Last + 1)
            {
                kind = RecordKind.Restart;
                extent.Restart(entry.Index);
            }
            else
            {
                extent.Append(entry.Index);
            }
            _buffer.Append(kind, entry.Index, entry.Term, entry.Kind, entry.Payload.Span);
        }
        // Last: a crash in between leaves the node recovering.
        if (batch.Recovery is { } reason) _buffer.Append(RecordKind.Life, _life.BootId, (long)reason);
        return extent;
    }
}
