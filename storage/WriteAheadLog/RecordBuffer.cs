using DEngine.Core;

namespace DEngine.Storage;

/// <summary>The records of one write, one behind the other, chained. Reused from write to write; an unusually large one is not kept.</summary>
internal sealed class RecordBuffer
{
    /// <summary>The most that is kept from one write to the next: twice what one write has, unless a single entry is larger.</summary>
    internal const int KeptBytesMax = 32 << 20;

    private byte[] _bytes = new byte[64 << 10];
    private LogAddress _start;
    private long _syncedThrough;

    /// <summary>Checksum of the last record so far: what the next one is chained to.</summary>
    public uint Chain { get; private set; }

    public int Length { get; private set; }

    /// <summary>Bytes that it takes, used or not.</summary>
    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Starts over.</summary>
    /// <param name="start">Where the first record will be.</param>
    /// <param name="chain">Checksum of the record before it.</param>
    /// <param name="syncedThrough">Everything before this address is durable.</param>
    /// <param name="bytes">What all records together will take.</param>
    public void Begin(LogAddress start, uint chain, LogAddress syncedThrough, long bytes)
    {
        Invariant.Holds(bytes <= Array.MaxLength, "one write fits one buffer");
        if (bytes > _bytes.Length) _bytes = new byte[Math.Min(Array.MaxLength, bytes + (bytes / 4))];
        else if (_bytes.Length > KeptBytesMax && bytes <= KeptBytesMax) _bytes = new byte[Math.Max(64 << 10, bytes)];
        _start = start;
        _syncedThrough = syncedThrough.Packed;
        Chain = chain;
        Length = 0;
    }

    public void Append(RecordKind kind, long index, long term, EntryKind entryKind = 0, ReadOnlySpan<byte> payload = default)
    {
        var header = new RecordHeader(0, Chain, payload.Length, kind, entryKind, index, term, _syncedThrough);
        Chain = header.Write(_bytes.AsSpan(Length), payload, LogAddress.At(_start.Sequence, _start.Offset + Length));
        Length += (int)header.Total;
    }
}
