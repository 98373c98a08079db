using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// Reads the durable part of a log again, segment by segment, some of it at a time. Driven by the log's own thread, so segments come and go between two steps
/// and never within one. One thread.
/// </summary>
/// <param name="disk">The directory.</param>
/// <param name="mendBytesMax">The longest record that may be put right.</param>
internal sealed class LogScrub(IDisk disk, int mendBytesMax)
{
    private LogAddress _at = new(0, 0);
    private uint _chain;

    /// <summary>Begins at the front.</summary>
    public void Begin() => _at = new LogAddress(0, 0);

    /// <summary>The segment to go on in; false when all have been read.</summary>
    /// <param name="closed">Segments that are not written to any more, in order.</param>
    /// <param name="open">Of the one that is written to, what is durable.</param>
    /// <param name="damaged">Those that are known to be damaged.</param>
    /// <param name="segment">Found.</param>
    public bool TryFind(List<SegmentSummary> closed, SegmentSummary open, HashSet<long> damaged, out SegmentSummary segment)
    {
        foreach (SegmentSummary candidate in closed)
        {
            segment = candidate;
            if (IsAhead(candidate, damaged)) return true;
        }

        segment = open;
        return IsAhead(open, damaged);
    }

    /// <summary>Reads on in a segment.</summary>
    /// <param name="segment">From <see cref="TryFind"/>.</param>
    /// <param name="isOpen">It is written to: what the system holds of it in memory is needed there.</param>
    /// <param name="bytesMax">Stops behind the record that reaches it.</param>
    /// <exception cref="IOException">Something could not be put right.</exception>
    public ScrubStep Step(SegmentSummary segment, bool isOpen, int bytesMax)
    {
        string name = SegmentName.Of(segment.Sequence);
        bool isNew = _at.Sequence != segment.Sequence;
        if (isNew)
        {
            _at = LogAddress.At(segment.Sequence, SegmentHeader.Bytes);
            _chain = segment.Header.PreviousChecksum;
        }

        long from = isNew ? 0 : _at.Offset;
        string repaired = isNew ? CheckHeader(segment.Header, name, dropsCache: !isOpen) : "";
        for (; ; )
        {
            ByteRepair? wrong;
            try
            {
                if (!TryRead(segment, from + bytesMax, out wrong)) return Lose($"offset {_at.Offset}: what was durable there is not what was written");
            }
            catch (IOException error)
            {
                return Lose($"offset {_at.Offset}: {error.Message}");
            }

            if (wrong is not { } repair) return new ScrubStep(_at.Offset - from, EndsPass: false, repaired);
            PutRight(name, repair.Offset, [repair.Value]);
            repaired += $"{(repaired.Length == 0 ? "" : "; ")}{name} at offset {repair.Offset}";
        }

        ScrubStep Lose(string where)
        {
            long bytes = _at.Offset - from;
            _at = LogAddress.At(segment.Sequence, segment.End);
            return new ScrubStep(bytes, EndsPass: false, repaired, $"{name} is damaged at {where}");
        }
    }

    private bool IsAhead(SegmentSummary segment, HashSet<long> damaged) =>
        !damaged.Contains(segment.Sequence) && (segment.Sequence > _at.Sequence || (segment.Sequence == _at.Sequence && _at.Offset < segment.End));

    /// <summary>
    /// Reads records until an offset is reached or the segment ends. Everything here was synced, so nothing can be torn.
    /// </summary>
    /// <param name="segment">Where.</param>
    /// <param name="until">The offset.</param>
    /// <param name="wrong">A byte that has to be put right before it goes on.</param>
    /// <returns>False: what should be there is not.</returns>
    private bool TryRead(SegmentSummary segment, long until, out ByteRepair? wrong)
    {
        wrong = null;
        using IDiskFile file = disk.Open(SegmentName.Of(segment.Sequence));
        var reader = new SegmentReader(file);
        while (_at.Offset < segment.End && _at.Offset < until)
        {
            bool isSound = reader.TryReadRecord(_at, segment.End, out RecordHeader record, out _) && record.PreviousChecksum == _chain;
            if (!isSound)
            {
                var place = new RecordPlace(_at, segment.End, _chain, MayBeTorn: false, segment.Header.IsRecycled, mendBytesMax);
                RecordDamage damage = RecordRepair.Examine(reader, place, out _, out ByteRepair repair);
                wrong = repair;
                return damage == RecordDamage.Bit;
            }

            // What follows a place that is marked as lost is chained to what was there before.
            _chain = record.Kind == RecordKind.Lost ? (uint)record.Term : record.Checksum;
            _at = LogAddress.At(_at.Sequence, _at.Offset + record.Total);
        }

        return true;
    }

    /// <summary>What a header says is known, so whatever has become of it is put right.</summary>
    private string CheckHeader(SegmentHeader header, string name, bool dropsCache)
    {
        Span<byte> expected = stackalloc byte[SegmentHeader.Bytes];
        header.Write(expected);
        if (IsAsWritten(name, expected, dropsCache)) return "";
        PutRight(name, 0, expected);
        return $"{name}, its header";
    }

    private bool IsAsWritten(string name, ReadOnlySpan<byte> expected, bool dropsCache)
    {
        Span<byte> found = stackalloc byte[SegmentHeader.Bytes];
        try
        {
            using IDiskFile file = disk.Open(name);
            if (dropsCache) file.DropCache();
            return file.Read(0, found) == found.Length && found.SequenceEqual(expected);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void PutRight(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        using IDiskFile file = disk.Open(name);
        file.Write(offset, bytes);
        FinalSync.Of(file, name);
    }
}
