using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// Reads a log from its files, changing nothing: what survives, where it ends, and what of it has to be put right. A bit that has turned over is found by its
/// checksum; what cannot be read at all is passed over, and what the log can no longer vouch for is said.
/// </summary>
/// <param name="disk">The directory.</param>
/// <param name="reach">Everything before this address was durable once, by the word of the copy of term and vote; the default: not known.</param>
/// <param name="options">Whose log it is, and what may be mended.</param>
internal sealed partial class LogReplay(IDisk disk, LogAddress reach, WriteAheadLogOptions options)
{
    private readonly SparseLog _entries = new();
    private readonly List<SegmentSummary> _segments = [];
    private LogExtent _extent = LogExtent.New;

    /// <summary>Surviving entries, in order of index, without gaps.</summary>
    public ReadOnlySpan<Entry> Entries => _entries.Sound;

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

        SegmentHeader? header = ReadHeader(sequences[first]);
        if (header is { } begins)
        {
            HardState = begins.HardState;
            Life = begins.Life;
            Chain = begins.PreviousChecksum;
            _extent = new LogExtent(begins.NextIndex, begins.NextIndex - 1);
        }

        for (int i = first; i < sequences.Count; i++)
        {
            bool isLast = i + 1 == sequences.Count;
            SegmentHeader? next = isLast ? null : ReadHeader(sequences[i + 1]);
            ReadSegment(sequences[i], header, next, i == first, isLast);
            header = next;
        }

        if (End.Packed < reach.Packed && !IsTailLost) LoseTail(End);

        // What cannot be read may have been the note that they are not needed.
        if (sequences[first] > FirstNeeded && !_wasDamaged) throw LogDamage.Missing(SegmentName.Of(sequences[first] - 1), FirstNeeded, sequences[first]);
        if (IsDamaged) TakeSound();
    }

    private void ReadSegment(long sequence, SegmentHeader? found, SegmentHeader? next, bool isFirst, bool isLast)
    {
        string name = SegmentName.Of(sequence);
        SegmentHeader header = Join(name, sequence, found, isFirst);
        using IDiskFile file = disk.Open(name);
        var reader = new SegmentReader(file);
        // A segment was synced before its successor could be seen, so up to the end that the successor names every record has to be there.
        var end = new SegmentEnd(next?.PreviousEnd ?? reader.Length, next?.PreviousChecksum ?? 0, IsTail: next is null, isLast);
        LogAddress address = LogAddress.At(sequence, SegmentHeader.Bytes);
        long highestIndex = 0;
        _behind = default;
        while (address.Offset < end.Limit && TryReadNext(reader, ref address, end, header.IsRecycled, out RecordHeader record, out ReadOnlySpan<byte> payload))
        {
            OnRecord?.Invoke(new LoggedRecord(name, address.Offset, record, payload));
            Apply(record, payload, name, address);
            if (record.Kind is RecordKind.Entry or RecordKind.Restart or RecordKind.Fill) highestIndex = Math.Max(highestIndex, record.Index);
            address = LogAddress.At(address.Sequence, address.Offset + record.Total);
            RecordCount++;
        }

        _segments.Add(new SegmentSummary(header, address.Offset, highestIndex));
        End = address;
        if (!isLast) return;
        TornBytes = IsTailLost ? 0 : Math.Max(0, _behind.TornEnd - address.Offset);

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
                if (!_isBehindDamage && (record.Index < 1 || record.Index > _extent.Last + 1))
                {
                    // A record that proves itself and cannot be: what was to come before it is missing.
                    throw LogDamage.Entry(name, address.Offset, _extent.Last + 1, record.Index);
                }

                Truncate(record.Index);
                AddEntry(record, payload);
                break;
            case RecordKind.Restart:
                _isBehindDamage = false;

                // Written to an empty log; which entries it had been emptied of may be in segments that are dropped by now.
                _entries.Clear();
                _extent = new LogExtent(record.Index, record.Index - 1);
                AddEntry(record, payload);
                break;
            case RecordKind.Truncate:
                Truncate(record.Index);
                break;
            case RecordKind.HardState:
                HardState = new HardState(record.Term, new NodeId((uint)record.Index));
                IsHardStateCertain = true;
                break;
            case RecordKind.Drop:
                _extent.Drop(record.Index);
                _entries.Drop(record.Index);
                FirstNeeded = record.Term;
                ForgetDamageBefore(FirstNeeded);
                break;
            case RecordKind.Lost:
                Chain = (uint)record.Term;

                // What was said before it was marked does not stand for it.
                _damagedAt = Math.Max(_damagedAt, record.Index);
                ReportLost(address.Sequence, address.Offset, "what could not be read was marked as lost");
                break;
            case RecordKind.Fill:
                if (_entries.BehindGaps.IsEmpty) break;
                _entries.Fill(new Entry(new LogPosition(record.Term, record.Index), record.EntryKind, payload.ToArray()));
                break;
            case RecordKind.Life:
                OnLife(new LogLife(record.Index, (RecoveryReason)record.Term), address);
                break;
            default:
                Invariant.Broken($"record kind {record.Kind} passed the header's check");
                break;
        }
    }

    private void Truncate(long from)
    {
        _extent.Truncate(from);
        _entries.Truncate(from);
    }

    private void AddEntry(in RecordHeader record, ReadOnlySpan<byte> payload)
    {
        _entries.Add(new Entry(new LogPosition(record.Term, record.Index), record.EntryKind, payload.ToArray()), _isBehindDamage);
        if (record.Index == _extent.Last + 1) _extent.Append(record.Index);
        else _extent = new LogExtent(_extent.First, record.Index);
        _isBehindDamage = false;
    }
}

/// <summary>What has to be known of a segment that is not written to any more.</summary>
/// <param name="Header">What its first bytes say.</param>
/// <param name="End">Where its records end, in bytes.</param>
/// <param name="HighestIndex">Highest index of an entry in it, superseded ones included; 0: none.</param>
internal readonly record struct SegmentSummary(SegmentHeader Header, long End, long HighestIndex)
{
    /// <summary>Its number.</summary>
    public long Sequence => Header.Sequence;
}
