namespace DEngine.Storage;

/// <summary>Reads a segment through a window that moves with what is asked for.</summary>
internal sealed class SegmentReader(IDiskFile file)
{
    private const int WindowBytes = 256 << 10;

    private byte[] _window = [];
    private long _start;
    private int _count;

    /// <summary>Length of the file, in bytes, when reading began.</summary>
    public long Length { get; } = file.Length;

    /// <summary>Bytes from <paramref name="offset"/>, fewer only at the end of the file. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(long offset, int count)
    {
        if (offset < _start || offset + count > _start + _count) Fill(offset, count);
        int within = (int)(offset - _start);
        return _window.AsSpan(within, Math.Min(count, _count - within));
    }

    /// <summary>
    /// Reads the record at an address, when a whole one is there, before <paramref name="end"/>, and its checksum is right.
    /// </summary>
    public bool TryReadRecord(LogAddress address, long end, out RecordHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!RecordHeader.TryRead(Read(address.Offset, RecordHeader.Bytes), address.Sequence, out header)) return false;
        if (header.Total > end - address.Offset) return false;
        ReadOnlySpan<byte> record = Read(address.Offset, (int)header.Total);
        if (record.Length < header.Total || RecordHeader.ChecksumOf(record, address) != header.Checksum) return false;
        payload = record.Slice(RecordHeader.Bytes, header.PayloadLength);
        return true;
    }

    private void Fill(long offset, int count)
    {
        long available = Math.Max(0, Length - offset);
        int wanted = (int)Math.Min(available, Math.Max(count, WindowBytes));
        if (_window.Length < wanted) _window = new byte[wanted];
        _start = offset;
        _count = file.Read(offset, _window.AsSpan(0, wanted));
    }
}
