using DEngine.Core;

namespace DEngine.Storage;

/// <summary>What a replay does about records that cannot be read as they were written.</summary>
internal sealed partial class LogReplay
{
    private readonly List<ByteRepair> _repairs = [];
    private readonly List<string> _damages = [];
    private byte[] _repaired = [];
    private TailScan _behind;
    private bool _isBehindDamage;
    private bool _wasDamaged;

    /// <summary>Bytes that have to be written as they were, a bit of each having turned over.</summary>
    public IReadOnlyList<ByteRepair> Repairs => _repairs;

    /// <summary>What cannot be read any more, place by place, since the log was last as good as any; for people.</summary>
    public IReadOnlyList<string> Damages => _damages;

    /// <summary>Part of what was durable once cannot be read, and nobody has said since that the log is as good as any again.</summary>
    public bool IsDamaged { get; private set; }

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

    /// <summary>A segment begins where the one before it ended; where either cannot be read, its header says how things stood.</summary>
    private void Join(string name, SegmentHeader? header)
    {
        if (header is not { } begins)
        {
            ReportDamage(name, 0, _extent.Last, "its header cannot be read");
            return;
        }

        bool follows = begins.PreviousChecksum == Chain && begins.NextIndex == _extent.Last + 1 && begins.HardState == HardState && begins.Life == Life;
        if (follows) return;
        if (!IsDamaged) throw LogDamage.Chain(name, _extent.Last + 1);
        HardState = begins.HardState;
        IsHardStateCertain = true;
        Chain = begins.PreviousChecksum;
        if (begins.Life != Life) OnLife(begins.Life);
    }

    /// <summary>
    /// The next record at an address; put right, if a bit of it has turned over; or, if it is lost, the next one that proves itself, to which the address moves.
    /// </summary>
    private bool TryReadNext(
        SegmentReader reader, ref LogAddress address, long limit, bool isTail, bool isRecycled, out RecordHeader record, out ReadOnlySpan<byte> payload)
    {
        if (reader.TryReadRecord(address, limit, out record, out payload) && (record.PreviousChecksum == Chain || _isBehindDamage)) return true;
        TailScan behind = _behind = TailScan.Run(reader, address, isRecycled);
        bool mayBeTorn = isTail && !behind.IsDamage;
        if (!_isBehindDamage && RecordRepair.TryRepair(reader, address, limit, Chain, mayBeTorn, isRecycled, out _repaired, out ByteRepair repair))
        {
            _repairs.Add(repair);
            RecordHeader.TryRead(_repaired, address.Sequence, out record);
            payload = _repaired.AsSpan(RecordHeader.Bytes, record.PayloadLength);
            return true;
        }

        if (mayBeTorn) return false;
        string witness = behind.IsDamage
            ? $"a record at offset {behind.WitnessOffset} was written when this place had been synced"
            : $"{SegmentName.Of(address.Sequence + 1)} follows it";
        ReportDamage(SegmentName.Of(address.Sequence), address.Offset, behind.HighestIndex, witness);
        for (long offset = address.Offset + RecordHeader.Alignment; offset < limit; offset += RecordHeader.Alignment)
        {
            address = LogAddress.At(address.Sequence, offset);
            if (reader.TryReadRecord(address, limit, out record, out payload)) return true;
        }

        address = LogAddress.At(address.Sequence, limit);
        return false;
    }

    private void ReportDamage(string name, long offset, long highestIndex, string witness)
    {
        IsDamaged = true;
        _wasDamaged = true;
        _isBehindDamage = true;
        IsHardStateCertain = false;
        _damages.Add(LogDamage.Describe(name, offset, _extent.Last + 1, Math.Max(highestIndex, _extent.Last), witness));
    }

    /// <summary>The node has begun another life, or holds again everything that damage had taken from it.</summary>
    private void OnLife(LogLife life)
    {
        if (IsDamaged && life.Recovery == RecoveryReason.None)
        {
            _entries.ForgetBehindGap();
            ReadOnlySpan<Entry> sound = _entries.Sound;
            _extent = sound.IsEmpty ? new LogExtent(_extent.First, _extent.First - 1) : new LogExtent(sound[0].Index, sound[^1].Index);
            _damages.Clear();
            IsDamaged = false;
            _isBehindDamage = false;
        }

        Life = life;
    }
}
