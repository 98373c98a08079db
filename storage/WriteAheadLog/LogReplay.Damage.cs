using DEngine.Core;

namespace DEngine.Storage;

/// <summary>What a replay does about records that cannot be read as they were written.</summary>
internal sealed partial class LogReplay
{
    private readonly List<ByteRepair> _repairs = [];
    private readonly List<SegmentHeader> _headers = [];
    private readonly List<SegmentHeader> _lostHeaders = [];
    private readonly List<LostPlace> _lost = [];
    private readonly List<(long Sequence, string Text)> _damages = [];
    private byte[] _repaired = [];
    private TailScan _behind;
    private bool _isBehindDamage;
    private bool _wasDamaged;
    private long _damagedAt;
    private bool _isGapKept;

    /// <summary>Bytes that have to be written as they were, a bit of each having turned over.</summary>
    public IReadOnlyList<ByteRepair> Repairs => _repairs;

    /// <summary>Headers that cannot be read and are to be written anew.</summary>
    public IReadOnlyList<SegmentHeader> Headers => _headers;

    /// <summary>Headers that cannot be read, as far as they are known, to be written with <see cref="Lost"/>.</summary>
    public IReadOnlyList<SegmentHeader> LostHeaders => _lostHeaders;

    /// <summary>Places to be marked as lost, once it is written down that the node is recovering.</summary>
    public IReadOnlyList<LostPlace> Lost => _lost;

    /// <summary>What cannot be read any more, place by place, since the log was last as good as any; for people.</summary>
    public IReadOnlyList<string> Damages => _damages.ConvertAll(damage => damage.Text);

    /// <summary>Part of what was durable once cannot be read, and nobody has said since that the log is as good as any again.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>The log ends before what was durable once: how many entries it has lost there is not known.</summary>
    public bool IsTailLost { get; private set; }

    /// <summary>
    /// Entries behind the last gap, when nothing that cannot be read can have come after them: what the log ended with. Empty: there is no gap, or where the
    /// log ended is in doubt.
    /// </summary>
    public ReadOnlySpan<Entry> BehindGaps => _isBehindDamage ? [] : _entries.BehindGaps;

    /// <summary>Nothing that cannot be read can have been a newer term or vote.</summary>
    public bool IsHardStateCertain { get; private set; } = true;

    private SegmentHeader? ReadHeader(long sequence)
    {
        string name = SegmentName.Of(sequence);
        Span<byte> block = stackalloc byte[SegmentHeader.Bytes];
        using IDiskFile file = disk.Open(name);
        int count = file.Read(0, block);
        if (!SegmentHeader.TryRead(block[..count], out SegmentHeader header))
        {
            if (!SegmentHeader.TryRepair(block[..count], out header, out int at)) return null;
            _repairs.Add(new ByteRepair(sequence, at, block[at]));
        }

        if (header.Sequence != sequence) throw LogDamage.Misplaced(name, header.Sequence);
        return header;
    }

    /// <summary>A segment begins where the one before it ended; a header that cannot be read is made anew from that.</summary>
    private SegmentHeader Join(string name, long sequence, SegmentHeader? header, bool isFirst)
    {
        var follows = new SegmentHeader(sequence, _extent.Last + 1, HardState, Chain, isFirst ? 0 : End.Offset, Life, IsRecycled: true, options.Owner);
        if (header is not { } begins)
        {
            uint? chain = ChainOfFirst(name, sequence);
            if (!isFirst && chain is not null && chain != Chain) throw LogDamage.Header(name, follows.NextIndex);
            if (!isFirst && chain is not null && IsHardStateCertain)
            {
                _headers.Add(follows);
                return follows;
            }

            ReportLost(sequence, 0, "its header cannot be read");
            _damagedAt = long.MaxValue;
            Chain = chain ?? Chain;
            SegmentHeader guess = follows with { PreviousChecksum = Chain, IsGuess = true };
            _lostHeaders.Add(guess);
            return guess;
        }

        // Behind a place where records are lost the header is the first to say how things stood.
        bool isRight = begins.PreviousChecksum == Chain
            && (IsDamaged || (begins.NextIndex == follows.NextIndex && begins.HardState == HardState && begins.Life == Life));
        if (!isRight) throw LogDamage.Chain(name, follows.NextIndex);
        if (begins.IsGuess)
        {
            ReportLost(sequence, 0, "its header had to be made anew");
            return begins;
        }

        HardState = begins.HardState;
        IsHardStateCertain = true;
        if (begins.Life != Life) OnLife(begins.Life, LogAddress.At(sequence, 0));
        return begins;
    }

    /// <summary>What the first record of a segment is chained to; null: it does not prove itself.</summary>
    private uint? ChainOfFirst(string name, long sequence)
    {
        using IDiskFile file = disk.Open(name);
        var reader = new SegmentReader(file);
        bool isThere = reader.TryReadRecord(LogAddress.At(sequence, SegmentHeader.Bytes), reader.Length, out RecordHeader first, out _);
        return isThere ? first.PreviousChecksum : null;
    }

    /// <summary>
    /// The next record at an address; put right, if a bit of it has turned over; or, if it is lost, the next one that proves itself, to which the
    /// address moves.
    /// </summary>
    private bool TryReadNext(
        SegmentReader reader, ref LogAddress address, SegmentEnd end, bool isRecycled, out RecordHeader record, out ReadOnlySpan<byte> payload)
    {
        if (reader.TryReadRecord(address, end.Limit, out record, out payload) && record.PreviousChecksum == Chain) return true;
        _behind = TailScan.Run(reader, address, isRecycled);
        bool wasDurable = !end.IsTail || _behind.IsDamage || (end.IsLast && address.Packed < reach.Packed);
        var place = new RecordPlace(address, end.Limit, Chain, !wasDurable, isRecycled, options.MendBytesMax);
        switch (RecordRepair.Examine(reader, place, out _repaired, out ByteRepair repair))
        {
            case RecordDamage.Bit:
                _repairs.Add(repair);
                RecordHeader.TryRead(_repaired, address.Sequence, out record);
                payload = _repaired.AsSpan(RecordHeader.Bytes, record.PayloadLength);
                return true;
            case RecordDamage.BitOrTorn:
                PassOverDoubtful(ref address);
                return TryReadNext(reader, ref address, end, isRecycled, out record, out payload);
            default:
                return wasDurable && TryPassOver(reader, ref address, end, out record, out payload);
        }
    }

    /// <summary>
    /// A record at the end that was whole if a bit of it has turned over, and was never acknowledged if it is torn. Neither believed nor dropped: it is lost,
    /// and whoever has it gives it back (found by flipped bits, seed 1711).
    /// </summary>
    private void PassOverDoubtful(ref LogAddress address)
    {
        RecordHeader.TryRead(_repaired, address.Sequence, out RecordHeader record);
        bool isEntry = record.Kind is RecordKind.Entry or RecordKind.Restart or RecordKind.Fill;
        if (isEntry) _behind = _behind with { HighestIndex = Math.Max(_behind.HighestIndex, record.Index) };
        ReportLost(address.Sequence, address.Offset, "but for one bit the record is whole");
        _damagedAt = long.MaxValue;
        _lost.Add(new LostPlace(address, (int)record.Total, Chain, record.Checksum));
        Chain = record.Checksum;
        address = LogAddress.At(address.Sequence, address.Offset + record.Total);
    }

    private bool TryPassOver(SegmentReader reader, ref LogAddress address, SegmentEnd end, out RecordHeader record, out ReadOnlySpan<byte> payload)
    {
        LogAddress bad = address;
        record = default;
        payload = default;
        bool isFound = false;
        long offset = bad.Offset + RecordHeader.Bytes;
        for (; !isFound && offset < end.Limit; offset += RecordHeader.Alignment)
        {
            address = LogAddress.At(bad.Sequence, offset);
            isFound = reader.TryReadRecord(address, end.Limit, out record, out payload);
        }

        if (!isFound && end.IsLast)
        {
            // Nothing can be read from here on, so there is no place to be marked: the log ends here, and what is written next says that it has lost something.
            address = bad;
            LoseTail(bad);
            return false;
        }

        ReportLost(bad.Sequence, bad.Offset, _behind.IsDamage
            ? $"a record at offset {_behind.WitnessOffset} was written when this place had been synced"
            : end.IsLast ? WitnessOfCopy : "another segment follows it");
        _damagedAt = long.MaxValue;
        if (!isFound) address = LogAddress.At(bad.Sequence, Math.Max(end.Limit, bad.Offset + RecordHeader.Bytes));
        uint next = isFound ? record.PreviousChecksum : end.Checksum;
        _lost.Add(new LostPlace(bad, (int)(address.Offset - bad.Offset), Chain, next));
        Chain = next;
        return isFound;
    }

    private string WitnessOfCopy => $"{HardStateFile.Name} says that the log was durable up to offset {reach.Offset} of {SegmentName.Of(reach.Sequence)}";

    /// <summary>
    /// What was durable behind an address is gone: cut off, overwritten, or in segments that are missing. Nothing in the log tells it from a log that never
    /// went further (D10).
    /// </summary>
    private void LoseTail(LogAddress from)
    {
        IsTailLost = true;
        ReportLost(from.Sequence, from.Offset, WitnessOfCopy);
    }

    private void ReportLost(long sequence, long offset, string witness)
    {
        // What cannot be read may have been the end of what is behind an earlier gap.
        if (_isGapKept) _entries.ForgetBehindGap();
        _isGapKept = false;
        IsDamaged = true;
        _wasDamaged = true;
        _isBehindDamage = true;
        IsHardStateCertain = false;
        long highest = Math.Max(_behind.HighestIndex, _extent.Last);
        _damages.Add((sequence, LogDamage.Describe(SegmentName.Of(sequence), offset, _extent.Last + 1, highest, witness)));
    }

    /// <summary>
    /// Segments before one are not needed, nor is what was lost in them: a snapshot has it, or something later has taken its place (found by a crash between
    /// the note and the end of the files).
    /// </summary>
    private void ForgetDamageBefore(long firstNeeded)
    {
        if (!IsDamaged) return;
        _damages.RemoveAll(damage => damage.Sequence < firstNeeded);
        _lost.RemoveAll(place => place.Address.Sequence < firstNeeded);
        _lostHeaders.RemoveAll(header => header.Sequence < firstNeeded);
        if (_damages.Count > 0) return;
        IsDamaged = false;
        _damagedAt = 0;
        TakeSound();
    }

    /// <summary>The log is what precedes the first gap.</summary>
    private void TakeSound()
    {
        ReadOnlySpan<Entry> sound = _entries.Sound;
        _extent = sound.IsEmpty ? new LogExtent(_extent.First, _extent.First - 1) : new LogExtent(sound[0].Index, sound[^1].Index);
    }

    /// <summary>
    /// The node has begun another life, or holds again everything that was lost when that was written: what cannot be read and was not marked as lost then has
    /// been damaged since (Y2).
    /// </summary>
    private void OnLife(LogLife life, LogAddress at)
    {
        if (IsDamaged && life.Recovery == RecoveryReason.Damaged && !BehindGaps.IsEmpty)
        {
            // Whoever began that life knew what is behind the gap. Its first entry of a leader's takes the place of that; until then peers may fill the gap.
            _isGapKept = true;
        }
        else if (IsDamaged && at.Packed >= _damagedAt)
        {
            // From here on the log was what had been given to the node: what precedes the first gap (seed 886 of an earlier swarm).
            _entries.ForgetBehindGap();
            TakeSound();
            _isBehindDamage = false;
            if (life.Recovery == RecoveryReason.None)
            {
                _damages.Clear();
                IsDamaged = false;
            }
        }

        Life = life;
    }
}

/// <summary>Where the records of a segment end.</summary>
/// <param name="Limit">Records end before it.</param>
/// <param name="Checksum">That of the last one, where the next segment says it.</param>
/// <param name="IsTail">What is behind the last record may be torn.</param>
/// <param name="IsLast">It is the last segment, as far as there are any.</param>
internal readonly record struct SegmentEnd(long Limit, uint Checksum, bool IsTail, bool IsLast);

/// <summary>A place in which no record can be read any more.</summary>
/// <param name="Address">Where it begins.</param>
/// <param name="Bytes">How far it is to the next record that proves itself; the size of a record at least.</param>
/// <param name="Previous">Checksum of the record before it.</param>
/// <param name="Next">What the record behind it is chained to.</param>
internal readonly record struct LostPlace(LogAddress Address, int Bytes, uint Previous, uint Next);
