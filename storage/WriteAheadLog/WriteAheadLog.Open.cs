using DEngine.Core;

namespace DEngine.Storage;

public sealed partial class WriteAheadLog
{
    private const int CutStepBytes = 64 << 10;

    /// <inheritdoc/>
    /// <exception cref="StorageFullException">No room for the first segment.</exception>
    /// <exception cref="ForeignStorageException">The log is another directory's.</exception>
    /// <exception cref="IOException">The device failed, or the log is of a newer format.</exception>
    public LogRecovery Open(Action<Entry> onEntry)
    {
        Invariant.Holds(!_isOpened, "a log is opened once");
        _isOpened = true;
        HardState? copy = _hardStates.Read();
        CheckOwner();
        _files.FinishNaming();
        List<long> sequences = _files.List();
        if (sequences.Count == 0) return Begin();
        var replay = new LogReplay(_disk, _hardStates.Reach, _options);
        replay.Run(sequences);
        bool isNew = replay.RecordCount == 0 && replay.End.Sequence == 1 && !replay.IsTailLost;

        // The copy is there, durably, before the first record is.
        if (!isNew && !_hardStates.IsThere) throw LogDamage.CopyGone();
        HardState hardState = Newer(replay, copy);
        LogLife life = replay.Life.Next(_options, replay.IsDamaged);
        LogStanding standing = StandingOf(replay, life);
        Resume(replay, hardState, standing);
        foreach (ref readonly Entry entry in replay.Entries) onEntry(entry);
        LogPosition last = replay.Entries.IsEmpty ? LogPosition.Origin : replay.Entries[^1].Position;
        _isUsable = true;
        bool isVoteNews = !replay.IsHardStateCertain || hardState != replay.HardState;
        bool isNews = life != replay.Life || replay.IsTailLost || replay.Lost.Count + replay.LostHeaders.Count > 0;
        if (isNews || isVoteNews) Begin(life, isVoteNews ? hardState : null);
        _isReachWithheld = false;
        Sync();
        if (replay.IsTailLost) _hardStates.WriteBoth();
        WriteHeaders(replay.LostHeaders);
        MarkLost(replay.Lost, replay.End);
        int repairs = replay.Repairs.Count + replay.Headers.Count;
        IReadOnlyList<Entry>? behind = standing == LogStanding.MayBeFilled ? replay.BehindGaps.ToArray() : null;
        return new LogRecovery(hardState, last, isNew, replay.TornBytes, life.Recovery, repairs, string.Join("; ", replay.Damages), behind);
    }

    /// <summary>A directory in which there is no log.</summary>
    private LogRecovery Begin()
    {
        if (_hardStates.Newest.Term > 0 || _hardStates.Reach != default) throw LogDamage.Gone(_hardStates.Newest);
        _life = default(LogLife).Next(_options, isDamaged: false);
        _hardStates.Open(default, _life.AcknowledgesUnsynced ? LogStanding.Incomplete : LogStanding.Whole, default);
        _segment = _files.Create(new SegmentHeader(1, 1, default, 0, 0, _life, IsRecycled: false, _options.Owner));
        _files.RemoveLeftovers(firstNeeded: 1);
        _files.SyncDirectory();
        _syncedThrough = _segment.End;
        _isUsable = true;
        return new LogRecovery(default, LogPosition.Origin, IsNew: true, TornBytes: 0);
    }

    /// <summary>Refuses what belongs to another directory, before anything is changed (Z4).</summary>
    private void CheckOwner()
    {
        if (_options.Owner.IsNone) return;
        foreach ((string file, NodeIdentity owner) in _files.Owners().Append((HardStateFile.Name, _hardStates.Owner)))
        {
            if (!owner.IsNone && owner != _options.Owner) throw LogDamage.Foreign(file, owner, _options.Owner);
        }
    }

    /// <summary>
    /// Term and vote, by the log or by their copy, whichever is newer (E1): whatever has become of the other one.
    /// </summary>
    /// <param name="replay">The log.</param>
    /// <param name="copy">Null: part of it cannot be read.</param>
    private HardState Newer(LogReplay replay, HardState? copy)
    {
        if (!replay.IsHardStateCertain && copy is null) throw LogDamage.HardState(replay.Damages[0]);
        HardState newest = _hardStates.Newest;
        if (newest.Term == replay.HardState.Term && !newest.VotedFor.IsNone && !replay.HardState.VotedFor.IsNone && newest != replay.HardState)
            throw LogDamage.TwoVotes(replay.HardState, newest);
        return replay.HardState.IsOlderThan(newest) ? newest : replay.HardState;
    }

    /// <summary>
    /// What the log lacks in the life that begins. Only where it lacked nothing before, by the word of log and copy, does it lack no more than a gap (Y5).
    /// </summary>
    private LogStanding StandingOf(LogReplay replay, LogLife life)
    {
        if (life.AcknowledgesUnsynced) return LogStanding.Incomplete;
        if (life.Recovery == RecoveryReason.None) return LogStanding.Whole;
        bool isOnlyDamaged = (_hardStates.Standing, replay.Life.Recovery) switch
        {
            (LogStanding.Whole, RecoveryReason.None) => true,

            // An opening that ended between the copy and the log, or a gap that has been filled.
            (LogStanding.MayBeFilled, RecoveryReason.None) => true,
            (LogStanding.MayBeFilled, RecoveryReason.Damaged) => true,
            _ => false,
        };
        return isOnlyDamaged && !replay.Life.AcknowledgesUnsynced && !replay.BehindGaps.IsEmpty ? LogStanding.MayBeFilled : LogStanding.Incomplete;
    }

    private void Resume(LogReplay replay, HardState hardState, LogStanding standing)
    {
        _hardState = replay.HardState;
        _isReachWithheld = true;
        _extent = replay.Extent;
        _life = replay.Life;
        _chain = replay.Chain;
        for (int i = 0; i < replay.Segments.Count - 1; i++)
        {
            if (replay.Segments[i].Sequence >= replay.FirstNeeded) _closed.Add(replay.Segments[i]);
        }

        LogAddress end = replay.End;
        IDiskFile file = _disk.Open(SegmentName.Of(end.Sequence));
        _segment = new OpenSegment(file, replay.Segments[^1].Header, end.Offset, file.Length, _options);
        _segment.HighestIndex = replay.Segments[^1].HighestIndex;
        Repair(replay);
        Rewrite(file, replay.SyncedThrough, end);
        Cut(file, end.Offset);
        // What is reported from here on is vouched for, so it has to be durable, whatever the process before this one had synced.
        file.Sync();
        _files.NameAgain(end.Sequence);
        _files.RemoveLeftovers(replay.FirstNeeded);
        _files.SyncDirectory();
        _syncedThrough = end;

        // The log is durable to where the copy says it is, and only now. Of a log that has lost its end the copy says so until the log says it itself.
        _hardStates.Open(hardState, standing, replay.IsTailLost ? _hardStates.Reach : end);
        _files.SyncDirectory();
    }

    /// <summary>
    /// Marks what cannot be read as lost, so that what is damaged later is told from it. By now it is written down that the node is recovering.
    /// </summary>
    private void MarkLost(IReadOnlyList<LostPlace> places, LogAddress end)
    {
        foreach (LostPlace place in places)
        {
            byte[] bytes = new byte[place.Bytes];
            var header = new RecordHeader(
                0, place.Previous, place.Bytes - RecordHeader.Bytes, RecordKind.Lost, 0, end.Packed, place.Next, place.Address.Packed);
            header.Write(bytes, bytes.AsSpan(RecordHeader.Bytes), place.Address);
            using IDiskFile file = _disk.Open(SegmentName.Of(place.Address.Sequence));
            file.Write(place.Address.Offset, bytes);
            file.Sync();
        }
    }

    /// <summary>Writes the bytes as they were in which a bit has turned over, and headers that could be made anew, and syncs each.</summary>
    private void Repair(LogReplay replay)
    {
        WriteHeaders(replay.Headers);
        foreach (ByteRepair repair in replay.Repairs)
        {
            using IDiskFile file = _disk.Open(SegmentName.Of(repair.Sequence));
            file.Write(repair.Offset, [repair.Value]);
            file.Sync();
        }
    }

    private void WriteHeaders(IReadOnlyList<SegmentHeader> headers)
    {
        Span<byte> block = stackalloc byte[SegmentHeader.Bytes];
        foreach (SegmentHeader header in headers)
        {
            header.Write(block);
            using IDiskFile file = _disk.Open(SegmentName.Of(header.Sequence));
            file.Write(0, block);
            file.Sync();
        }
    }

    /// <summary>
    /// Writes again what no record says has been synced. A sync that failed under the process before this one leaves pages that read well,
    /// count as clean and are not on the device; only writing them makes the next sync tell the truth.
    /// </summary>
    private static void Rewrite(IDiskFile file, LogAddress syncedThrough, LogAddress end)
    {
        var reader = new SegmentReader(file);
        long offset = syncedThrough.Sequence == end.Sequence ? syncedThrough.Offset : SegmentHeader.Bytes;
        while (offset < end.Offset)
        {
            ReadOnlySpan<byte> bytes = reader.Read(offset, (int)Math.Min(CutStepBytes, end.Offset - offset));
            file.Write(offset, bytes);
            offset += bytes.Length;
        }
    }

    /// <summary>
    /// Nothing but zeros behind the end, before anything is appended: a record there that still proves itself could otherwise be reached
    /// again by the chain, when the entry before it happens to be written again (BUGS D7).
    /// </summary>
    private static void Cut(IDiskFile file, long end)
    {
        var reader = new SegmentReader(file);
        for (long offset = end; offset < reader.Length;)
        {
            ReadOnlySpan<byte> bytes = reader.Read(offset, (int)Math.Min(CutStepBytes, reader.Length - offset));
            int first = bytes.IndexOfAnyExcept((byte)0);
            if (first >= 0) OpenSegment.WriteZeros(file, offset + first, offset + bytes.LastIndexOfAnyExcept((byte)0) + 1);
            offset += bytes.Length;
        }
    }
}
