using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// Reads a log from its files, changing nothing: what survives, where it ends, and whether the end is torn or the log damaged.
/// </summary>
internal sealed class LogReplay(IDisk disk)
{
    private readonly List<Entry> _entries = [];
    private readonly List<SegmentSummary> _segments = [];
    private LogExtent _extent = LogExtent.New;

    /// <summary>Surviving entries, in order of index, without gaps.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>Segments read, in order.</summary>
    public IReadOnlyList<SegmentSummary> Segments => _segments;

    public LogExtent Extent => _extent;

    public HardState HardState { get; private set; }

    /// <summary>How the node lived that wrote it.</summary>
    public LogLife Life { get; private set; }

    /// <summary>Checksum of the last record believed.</summary>
    public uint Chain { get; private set; }

    /// <summary>Where the records end, in the last segment.</summary>
    public LogAddress End { get; private set; }

    /// <summary>The last record says that everything before this address had been synced when it was written.</summary>
    public LogAddress SyncedThrough { get; private set; }

    /// <summary>Lowest segment that is still needed.</summary>
    public long FirstNeeded { get; private set; } = 1;

    public long TornBytes { get; private set; }

    public long RecordCount { get; private set; }

    /// <summary>Told each record believed, before it is taken in.</summary>
    public LoggedRecordReader? OnRecord { get; init; }

    /// <summary>Reads the segments with these numbers (ascending, at least one).</summary>
    /// <exception cref="StorageDamagedException">See <see cref="ILogStorage.Open"/>.</exception>
    public void Run(IReadOnlyList<long> sequences)
    {
        // What lies before a gap can only be the rest of an interrupted drop, to be confirmed by the record of that drop.
        int first = sequences.Count - 1;
        while (first > 0 && sequences[first - 1] == sequences[first] - 1) first--;

        SegmentHeader header = ReadHeader(sequences[first]);
        HardState = header.HardState;
        Life = header.Life;
        Chain = header.PreviousChecksum;
        _extent = new LogExtent(header.NextIndex, header.NextIndex - 1);
        for (int i = first; i < sequences.Count; i++)
        {
            SegmentHeader? next = i + 1 < sequences.Count ? ReadHeader(sequences[i + 1]) : null;
            ReadSegment(header, next);
            if (next is { } following) header = following;
        }
        if (sequences[first] > FirstNeeded) throw LogDamage.Missing(SegmentName.Of(sequences[first] - 1), FirstNeeded, sequences[first]);
    }

    private SegmentHeader ReadHeader(long sequence)
    {
        string name = SegmentName.Of(sequence);
        Span<byte> block = stackalloc byte[SegmentHeader.Bytes];
        using IDiskFile file = disk.Open(name);
        int count = file.Read(0, block);
        if (!SegmentHeader.TryRead(block[..count], out SegmentHeader header)) throw LogDamage.Header(name, _extent.Last + 1);
        if (header.Sequence != sequence) throw LogDamage.Misplaced(name, header.Sequence);
        return header;
    }

    private void ReadSegment(SegmentHeader header, SegmentHeader? next)
    {
        string name = SegmentName.Of(header.Sequence);
        long nextIndex = _extent.Last + 1;
        if (header.PreviousChecksum != Chain || header.NextIndex != nextIndex || header.HardState != HardState || header.Life != Life) throw LogDamage.Chain(name, nextIndex);
        using IDiskFile file = disk.Open(name);
        var reader = new SegmentReader(file);
        // A segment was synced before its successor could be seen, so up to the end that the successor names every record has to be there.
        long limit = next?.PreviousEnd ?? reader.Length;
        LogAddress address = LogAddress.At(header.Sequence, SegmentHeader.Bytes);
        long highestIndex = 0;
        while (address.Offset < limit
            && reader.TryReadRecord(address, limit, out RecordHeader record, out ReadOnlySpan<byte> payload)
            && record.PreviousChecksum == Chain)
        {
            OnRecord?.Invoke(new LoggedRecord(name, address.Offset, record, payload));
            Apply(record, payload, name, address);
            if (record.Kind is RecordKind.Entry or RecordKind.Restart) highestIndex = Math.Max(highestIndex, record.Index);
            address = LogAddress.At(address.Sequence, address.Offset + record.Total);
            RecordCount++;
        }
        _segments.Add(new SegmentSummary(header.Sequence, highestIndex));
        End = address;
        nextIndex = _extent.Last + 1;
        if (next is { } following)
        {
            if (address.Offset == limit) return;
            throw LogDamage.Record(name, address.Offset, nextIndex, following.NextIndex - 1, $"{SegmentName.Of(following.Sequence)} follows it");
        }
        TailScan tail = TailScan.Run(reader, address, header.IsRecycled);
        if (tail.IsDamage)
        {
            string witness = $"a record at offset {tail.WitnessOffset} was written when this place had been synced";
            throw LogDamage.Record(name, address.Offset, nextIndex, tail.HighestIndex, witness);
        }
        TornBytes = tail.TornEnd - address.Offset;
        // The header was synced before the segment could be seen, so in a segment without records there is nothing to doubt.
        if (address.Offset == SegmentHeader.Bytes) SyncedThrough = address;
    }

    private void Apply(in RecordHeader record, ReadOnlySpan<byte> payload, string name, LogAddress address)
    {
        Chain = record.Checksum;
        SyncedThrough = LogAddress.Unpack(record.SyncedThrough);
        switch (record.Kind)
        {
            case RecordKind.Entry:
                if (record.Index < 1 || record.Index > _extent.Last + 1)
                    throw LogDamage.Record(name, address.Offset, _extent.Last + 1, record.Index - 1, "the next entry does not follow");
                Truncate(record.Index);
                _extent.Append(record.Index);
                AddEntry(record, payload);
                break;
            case RecordKind.Restart:
                // Written to an empty log; which entries it had been emptied of may be in segments that are dropped by now.
                Truncate(_extent.First);
                _extent.Restart(record.Index);
                AddEntry(record, payload);
                break;
            case RecordKind.Truncate:
                Truncate(record.Index);
                break;
            case RecordKind.HardState:
                HardState = new HardState(record.Term, new NodeId((uint)record.Index));
                break;
            case RecordKind.Life:
                Life = new LogLife(record.Index, (RecoveryReason)record.Term);
                break;
            case RecordKind.Drop:
                _extent.Drop(record.Index);
                if (_entries.Count > 0) _entries.RemoveRange(0, (int)Math.Clamp(record.Index - _entries[0].Index, 0, _entries.Count));
                FirstNeeded = record.Term;
                break;
            default:
                Invariant.Broken($"record kind {record.Kind} passed the header's check");
                break;
        }
    }

    private void Truncate(long from)
    {
        _extent.Truncate(from);
        if (_entries.Count == 0) return;
        int kept = (int)Math.Clamp(from - _entries[0].Index, 0, _entries.Count);
        _entries.RemoveRange(kept, _entries.Count - kept);
    }

    private void AddEntry(in RecordHeader record, ReadOnlySpan<byte> payload) =>
        _entries.Add(new Entry(new LogPosition(record.Term, record.Index), record.EntryKind, payload.ToArray()));
}

/// <summary>What has to be known of a segment that is not written to any more.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="HighestIndex">Highest index of an entry in it, superseded ones included; 0: none.</param>
internal readonly record struct SegmentSummary(long Sequence, long HighestIndex);
