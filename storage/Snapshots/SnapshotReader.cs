using DEngine.Core;

namespace DEngine.Storage;

/// <summary>Reads a snapshot's file from the front, for as long as everything is as it was written.</summary>
internal sealed class SnapshotReader
{
    private readonly IDiskFile _file;
    private readonly long _length;
    private byte[] _chunk = new byte[128 << 10];

    private SnapshotReader(IDiskFile file)
    {
        _file = file;
        _length = file.Length;
    }

    /// <summary>Where its last entry is; the origin when not even the header can be believed.</summary>
    public LogPosition Last { get; private init; }

    /// <summary>Everything before this offset is as it was written.</summary>
    public long Sound { get; private set; }

    /// <summary>Checksum of the last chunk read: it runs over everything so far.</summary>
    public uint Checksum { get; private set; }

    /// <summary>The end has been read.</summary>
    public bool IsWhole { get; private set; }

    private long Chunks { get; set; }

    /// <exception cref="InvalidDataException">It is of another version.</exception>
    public static SnapshotReader Open(IDiskFile file)
    {
        Span<byte> header = stackalloc byte[SnapshotFormat.HeaderBytes];
        int count = file.Read(0, header);
        if (!SnapshotFormat.TryReadHeader(header[..count], out LogPosition last, out uint checksum)) return new SnapshotReader(file);
        return new SnapshotReader(file) { Last = last, Sound = SnapshotFormat.HeaderBytes, Checksum = checksum };
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
        int payload = SnapshotFormat.LengthOf(_chunk);
        if (payload is < 0 or > SnapshotFormat.ChunkBytesMax || Sound + SnapshotFormat.ChunkHeaderBytes + payload > _length) return false;
        length = SnapshotFormat.ChunkHeaderBytes + payload;
        if (length > _chunk.Length) Array.Resize(ref _chunk, length);
        if (_file.Read(Sound, _chunk.AsSpan(0, length)) < length) return false;
        return SnapshotFormat.ChecksumOf(_chunk.AsSpan(0, length), Checksum) == SnapshotFormat.ChecksumIn(_chunk);
    }
}
