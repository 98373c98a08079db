namespace DEngine.Core;

/// <summary>
/// A <see cref="ClientScanResult"/> in the making: add records, then <see cref="End"/>. See <see cref="MessageEncoder.BeginScanResult"/>.
/// </summary>
public ref struct ScanResultWriter
{
    internal const int HeaderBytes = 8 + 1 + 1 + 8 + 4;

    private readonly FrameBuffer _buffer;
    private readonly ulong _id;

    internal ScanResultWriter(FrameBuffer buffer, ulong id)
    {
        _buffer = buffer;
        _id = id;
        buffer.Begin(MessageKind.ClientScanResult, HeaderBytes);
    }

    /// <summary>How many records were added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one record.</summary>
    /// <returns>
    /// False when the frame has no room left for it: end the page here, with more to come. Not for the first record, as long as key and
    /// value together keep to <see cref="FrameFormat.PayloadBytesMax"/>.
    /// </returns>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long revision)
    {
        long bytes = ScanRecords.RecordHeaderBytes + (long)key.Length + value.Length;
        if (bytes > _buffer.Available) return false;
        var record = new BodyWriter(_buffer.Extend(bytes));
        record.Int64(revision);
        record.Int32(key.Length);
        record.Int32(value.Length);
        record.Bytes(key);
        record.Bytes(value);
        Count++;
        return true;
    }

    /// <summary>Finishes the frame.</summary>
    /// <param name="status">Whether the read was served.</param>
    /// <param name="more">Whether there are more keys behind the last one added.</param>
    /// <param name="revision">Applied index of the view that was read.</param>
    public readonly void End(ReadStatus status, bool more, long revision)
    {
        var header = new BodyWriter(_buffer.OpenBody[..HeaderBytes]);
        header.UInt64(_id);
        header.Byte((byte)status);
        header.Boolean(more);
        header.Int64(revision);
        header.Int32(Count);
        _buffer.End();
    }
}
