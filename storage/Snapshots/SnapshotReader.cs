using DEngine.Core;

namespace DEngine.Storage;

/// <summary>Reads a snapshot's file from the front, for as long as everything is as it was written.</summary>
internal sealed class SnapshotReader
{
    private readonly IDiskFile _file;
    private readonly long _length;
    private readonly List<(long Offset, byte Value)> _repairs = [];
    private readonly bool _mayRepair;
    private byte[] _chunk = new byte[128 << 10];

    private SnapshotReader(IDiskFile file, bool mayRepair)
    {
        _mayRepair = mayRepair;
        _file = file;
        _length = file.Length;
    }

    /// <summary>Where its last entry is; the origin when not even the header can be believed.</summary>
    public LogPosition Last { get; private set; }

    /// <summary>Bytes in which a bit has turned over, with what they were when they were written.</summary>
    public IReadOnlyList<(long Offset, byte Value)> Repairs => _repairs;

    /// <summary>Part of the state has been put right that is only to be believed if the state's digest says so.</summary>
    public bool NeedsDigest { get; private set; }

    /// <summary>Everything before this offset is as it was written.</summary>
    public long Sound { get; private set; }

    /// <summary>Checksum of the last chunk read: it runs over everything so far.</summary>
    public uint Checksum { get; private set; }

    /// <summary>The end has been read.</summary>
    public bool IsWhole { get; private set; }

    private long Chunks { get; set; }

    /// <param name="file">Not changed.</param>
    /// <param name="mayRepair">Chunks in which one bit has turned over are believed as they were; <see cref="Repairs"/> says what is to be written.</param>
    /// <exception cref="InvalidDataException">It is of another version.</exception>
    public static SnapshotReader Open(IDiskFile file, bool mayRepair = false)
    {
        var reader = new SnapshotReader(file, mayRepair);
        reader.Rewind();
        return reader;
    }

    /// <summary>Begins anew at the front, and believes nothing of what it has read before.</summary>
    /// <exception cref="InvalidDataException">It is of another version.</exception>
    public void Rewind()
    {
        (Last, Sound, Checksum, IsWhole, Chunks, NeedsDigest) = (LogPosition.Origin, 0, 0, false, 0, false);
        _repairs.Clear();
        Span<byte> header = stackalloc byte[SnapshotFormat.HeaderBytes];
        int count = _file.Read(0, header);
        int flipped = -1;
        if (!SnapshotFormat.TryReadHeader(header[..count], out LogPosition last, out uint checksum)
            && !(_mayRepair && SnapshotFormat.TryRepairHeader(header[..count], out last, out checksum, out flipped))) return;
        (Last, Sound, Checksum) = (last, SnapshotFormat.HeaderBytes, checksum);
        if (flipped >= 0) _repairs.Add((flipped, header[flipped]));
    }

    /// <summary>Reads the next chunk that is not the end.</summary>
    /// <param name="section">What it holds.</param>
    /// <param name="payload">Valid until the next call.</param>
    /// <returns>False: the end has been read, or what follows cannot be believed.</returns>
    public bool TryRead(out SnapshotSection section, out ReadOnlySpan<byte> payload)
    {
        section = default;
        payload = default;
        if (Sound == 0 || IsWhole || !TryReadChunk(out int length)) return false;
        ReadOnlySpan<byte> chunk = _chunk.AsSpan(0, length);
        section = SnapshotFormat.SectionOf(chunk);
        payload = chunk[SnapshotFormat.ChunkHeaderBytes..];
        if (section == SnapshotSection.End)
        {
            bool counts = payload.Length == sizeof(long) && BitConverter.ToInt64(payload) == Chunks;
            if (!counts) return false;
            IsWhole = true;
        }

        Sound += length;
        Checksum = SnapshotFormat.ChecksumIn(chunk);
        Chunks++;
        return !IsWhole;
    }

    private bool TryReadChunk(out int length)
    {
        length = 0;
        if (_file.Read(Sound, _chunk.AsSpan(0, SnapshotFormat.ChunkHeaderBytes)) < SnapshotFormat.ChunkHeaderBytes) return false;
        int stated = SnapshotFormat.LengthOf(_chunk);
        if (TryReadChunk(stated, out length))
        {
            uint difference = SnapshotFormat.ChecksumOf(_chunk.AsSpan(0, length), Checksum) ^ SnapshotFormat.ChecksumIn(_chunk);
            if (difference == 0) return true;
            if (_mayRepair && SnapshotFormat.FindFlippedBit(length, difference) is >= 0 and long flip) return TryPutRight(flip, length);
        }

        // Its length itself may have a bit turned over: with the right one everything else fits.
        for (int bit = 0; _mayRepair && bit < 32; bit++)
        {
            if (!TryReadChunk(stated ^ (1 << bit), out length)) continue;
            _chunk[bit / 8] ^= (byte)(1 << (bit % 8));
            if (SnapshotFormat.ChecksumOf(_chunk.AsSpan(0, length), Checksum) != SnapshotFormat.ChecksumIn(_chunk)) continue;
            return TryPutRight(bit, length, isDone: true);
        }

        return false;
    }

    private bool TryReadChunk(int payload, out int length)
    {
        length = 0;
        if (payload is < 0 or > SnapshotFormat.ChunkBytesMax || Sound + SnapshotFormat.ChunkHeaderBytes + payload > _length) return false;
        length = SnapshotFormat.ChunkHeaderBytes + payload;
        if (length > _chunk.Length) Array.Resize(ref _chunk, length);
        return _file.Read(Sound, _chunk.AsSpan(0, length)) == length;
    }

    /// <summary>
    /// Garbage in a long chunk looks like one flipped bit too often (docs/recovery.md): only where a digest has the last word is it put right, in the state.
    /// </summary>
    private bool TryPutRight(long flip, int length, bool isDone = false)
    {
        int at = (int)(flip / 8);
        if (!isDone) _chunk[at] ^= (byte)(1 << (int)(flip % 8));
        bool isLong = length > WriteAheadLogOptions.MendBytesMaxDefault;
        if (isLong && SnapshotFormat.SectionOf(_chunk) != SnapshotSection.State) return false;
        NeedsDigest |= isLong;
        _repairs.Add((Sound + at, _chunk[at]));
        return true;
    }
}
