using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// The segment that is written to. 0 &lt; End &lt;= ZeroedThrough: what is behind the end has been written once already, with zeros or, in
/// a recycled file, in its former life, so that a sync has no file size or extent to make durable.
/// </summary>
internal sealed class OpenSegment(IDiskFile file, SegmentHeader header, long end, long zeroedThrough, WriteAheadLogOptions options) : IDisposable
{
    /// <summary>
    /// Bytes behind the end that are for notes alone: that entries are not needed, how the node lives. What makes room needs none of its own then (D7).
    /// </summary>
    public static readonly int NoteBytes = 16 * (int)RecordHeader.TotalBytes(0);

    private static readonly byte[] Zeros = new byte[256 << 10];

    private long _zeroedThrough = zeroedThrough;
    private long _refusedThrough;

    public long Sequence => header.Sequence;

    /// <summary>What its first bytes say.</summary>
    public SegmentHeader Header => header;

    /// <summary>Where the next record goes.</summary>
    public LogAddress End { get; private set; } = LogAddress.At(header.Sequence, end);

    /// <summary>Highest index of an entry in this segment; 0: none.</summary>
    public long HighestIndex { get; set; }

    /// <summary>Whether so many bytes belong here; a segment without records takes any number.</summary>
    public bool HasRoomFor(long bytes) => End.Offset + bytes + NoteBytes <= options.SegmentBytes || End.Offset == SegmentHeader.Bytes;

    /// <summary>Whether a note of so many bytes belongs here.</summary>
    public bool HasRoomForNote(long bytes) => End.Offset + bytes <= Math.Max(options.SegmentBytes, _zeroedThrough) || End.Offset == SegmentHeader.Bytes;

    /// <summary>Writes records behind the last ones, as one operation.</summary>
    /// <exception cref="StorageFullException">The end is where it was. What may have been written behind it is gone before anything else is
    /// written there.</exception>
    public void Append(ReadOnlySpan<byte> records, bool isNote = false)
    {
        EraseRefused();
        long newEnd = End.Offset + records.Length;
        ZeroAhead(isNote ? newEnd : newEnd + NoteBytes);
        try
        {
            file.Write(End.Offset, records);
        }
        catch (StorageFullException)
        {
            _refusedThrough = newEnd;
            TryEraseRefused();
            throw;
        }
        End = LogAddress.At(header.Sequence, newEnd);
    }

    public void Sync()
    {
        TryEraseRefused();
        file.Sync();
    }

    /// <summary>
    /// Overwrites what a refused write may have left behind the end, so that it cannot be taken for part of the log. Synced, because a
    /// later record in its place may happen to carry on the very chain that the leftovers hang on.
    /// </summary>
    public void EraseRefused()
    {
        if (_refusedThrough <= End.Offset) return;
        WriteZeros(file, End.Offset, _refusedThrough);
        file.Sync();
        _refusedThrough = 0;
    }

    public void Dispose() => file.Dispose();

    /// <summary>Fills a part of a file with zeros.</summary>
    public static void WriteZeros(IDiskFile file, long start, long end)
    {
        for (long offset = start; offset < end;)
        {
            int count = (int)Math.Min(end - offset, Zeros.Length);
            file.Write(offset, Zeros.AsSpan(0, count));
            offset += count;
        }
    }

    private void TryEraseRefused()
    {
        try
        {
            EraseRefused();
        }
        catch (StorageFullException)
        {
            // Overwriting needs no room on most file systems. Where it does, the next append tries again, and refuses until it has succeeded.
        }
    }

    private void ZeroAhead(long through)
    {
        if (through <= _zeroedThrough) return;
        long target = Math.Max(through, Math.Min(options.SegmentBytes, through + options.ZeroAheadBytes));
        WriteZeros(file, _zeroedThrough, target);
        _zeroedThrough = target;
    }
}
