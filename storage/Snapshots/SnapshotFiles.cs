using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// Snapshots as files on an <see cref="IDisk"/> (docs/snapshot-format.md), beside the log's. A name that ends in .snap is given to what is complete and synced
/// only (K5). One thread at a time; on a <see cref="RealDisk"/> another thread may keep the log there meanwhile.
/// </summary>
public sealed partial class SnapshotFiles : ISnapshotStorage
{
    private readonly IDisk _disk;
    private IDiskFile? _new;
    private LogPosition _newLast;
    private long _newEnd;
    private long _newSynced;
    private long _newChunks;
    private uint _newChecksum;
    private byte[] _chunk = new byte[128 << 10];
    private SentSnapshot? _sent;

    /// <summary>
    /// What is written is synced in portions of so many bytes, and what has come is checked in such. Left to the end, all of a large snapshot would be waiting
    /// for the device at once, and every sync of the log would wait behind it.
    /// </summary>
    internal long PortionBytes { get; init; } = 4 << 20;

    /// <summary>
    /// Bytes that are left free beside snapshots, 0 and up: the log grows into them, and a snapshot that took the last room would have writes refused until it
    /// is dropped, and again with each attempt. Default 8 MiB.
    /// </summary>
    public long ReserveBytes { get; init; } = 8 << 20;

    /// <param name="disk">Holds the files, and may hold others. Stays the caller's.</param>
    public SnapshotFiles(IDisk disk) => _disk = disk;

    /// <inheritdoc/>
    public int Repairs { get; private set; }

    /// <inheritdoc/>
    public SnapshotId Open()
    {
        _disk.Delete(SnapshotName.New);
        foreach (string name in _disk.List())
        {
            if (SnapshotName.TryParseAgain(name, out LogPosition last)) _disk.Rename(name, SnapshotName.Of(last));
        }

        KeepOnePart();
        List<LogPosition> whole = List();
        if (whole.Count == 0) return default;
        LogPosition newest = whole[^1];

        // A directory sync that failed under an earlier process leaves a name that can be seen and is not on the device; only naming the file again makes
        // the next sync tell the truth. What the log drops rests on it.
        _disk.Rename(SnapshotName.Of(newest), SnapshotName.Again(newest));
        _disk.Rename(SnapshotName.Again(newest), SnapshotName.Of(newest));
        SyncDirectory();
        return Identify(newest);
    }

    /// <inheritdoc/>
    public SnapshotId Load(SnapshotId snapshot, SnapshotRestore restore)
    {
        ArgumentNullException.ThrowIfNull(restore);
        string name = SnapshotName.Of(snapshot.Last);
        using IDiskFile file = _disk.Open(name);
        SnapshotReader reader = SnapshotReader.Open(file, mayRepair: true);
        while (reader.TryRead(out SnapshotSection section, out ReadOnlySpan<byte> piece)) Read(reader, section, piece, restore, snapshot.Last);
        if (!reader.IsWhole || reader.Last != snapshot.Last) throw LogDamage.Snapshot(name, reader.Sound, snapshot.Last.Index);
        if (reader.Repairs.Count > 0)
        {
            foreach ((long offset, byte value) in reader.Repairs) file.Write(offset, [value]);
            Sync(file);
            Repairs += reader.Repairs.Count;
        }

        return new SnapshotId(reader.Last, reader.Sound, reader.Checksum);
    }

    /// <summary>A state in which a long chunk has been put right must come to its digest; one whose machine has none is damaged (docs/recovery.md).</summary>
    private static void Read(SnapshotReader reader, SnapshotSection section, ReadOnlySpan<byte> piece, SnapshotRestore restore, LogPosition last)
    {
        bool isProof = reader.NeedsDigest && section == SnapshotSection.Digest;
        try
        {
            restore.Read(section, piece);
        }
        catch (InvalidDataException) when (reader.NeedsDigest)
        {
            throw LogDamage.Snapshot(SnapshotName.Of(last), reader.Sound, last.Index);
        }

        if (isProof && restore.StateDigest == 0) throw LogDamage.Snapshot(SnapshotName.Of(last), reader.Sound, last.Index);
    }

    /// <inheritdoc/>
    public SnapshotId OlderThan(SnapshotId snapshot)
    {
        List<LogPosition> whole = List();
        int at = whole.FindLastIndex(last => last.Index < snapshot.Last.Index);
        return at < 0 ? default : Identify(whole[at]);
    }

    /// <inheritdoc/>
    public void SetAside(SnapshotId snapshot)
    {
        _disk.Rename(SnapshotName.Of(snapshot.Last), SnapshotName.Damaged(snapshot.Last));
        SyncDirectory();
    }

    /// <inheritdoc/>
    public void BeginWrite(LogPosition last)
    {
        DropWrite();
        List<LogPosition> whole = List();
        ThrowUnlessRoom(SnapshotName.New, whole.Count == 0 ? 0 : Identify(whole[^1]).Bytes);
        _new = _disk.Create(SnapshotName.New);
        _newLast = last;
        _newChunks = 0;
        Span<byte> header = stackalloc byte[SnapshotFormat.HeaderBytes];
        _newChecksum = SnapshotFormat.WriteHeader(header, last);
        try
        {
            _new.Write(0, header);
        }
        catch (StorageFullException)
        {
            DropWrite();
            throw;
        }

        _newEnd = _newSynced = header.Length;
    }

    /// <inheritdoc/>
    public void Write(SnapshotSection section, ReadOnlySpan<byte> piece)
    {
        Invariant.Holds(_new is not null, "a snapshot has been begun");
        int length = SnapshotFormat.ChunkHeaderBytes + piece.Length;
        Invariant.Holds(piece.Length <= SnapshotFormat.ChunkBytesMax, "a piece of a snapshot is not larger than a reader believes", piece.Length, length);
        if (_newEnd == _newSynced) ThrowUnlessRoom(SnapshotName.New, PortionBytes);
        if (_chunk.Length < length) Array.Resize(ref _chunk, length);
        Span<byte> chunk = _chunk.AsSpan(0, length);
        piece.CopyTo(chunk[SnapshotFormat.ChunkHeaderBytes..]);
        uint checksum = SnapshotFormat.WriteChunkHeader(chunk, section, _newChecksum);
        _new.Write(_newEnd, chunk);
        _newEnd += length;
        _newChecksum = checksum;
        _newChunks++;
        SyncPortion(_new, ref _newSynced, _newEnd);
    }

    /// <inheritdoc/>
    public SnapshotId FinishWrite()
    {
        Span<byte> count = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(count, _newChunks);
        Write(SnapshotSection.End, count);
        Sync(_new!);
        _disk.Rename(SnapshotName.New, SnapshotName.Of(_newLast));
        SyncDirectory();
        _new!.Dispose();
        _new = null;
        OnWhole(_newLast);
        return new SnapshotId(_newLast, _newEnd, _newChecksum);
    }

    /// <inheritdoc/>
    public void DropWrite()
    {
        _new?.Dispose();
        _new = null;
        _disk.Delete(SnapshotName.New);
    }

    /// <inheritdoc/>
    public int Read(SnapshotId snapshot, long offset, Span<byte> bytes)
    {
        if (_damaged.Contains(snapshot.Last)) return 0;
        if (_sent is null || _sent.Id != snapshot)
        {
            _sent?.Dispose();
            _sent = null;
            string name = SnapshotName.Of(snapshot.Last);
            if (!_disk.Exists(name)) return 0;
            if (Identify(snapshot.Last) != snapshot) return IsOther(snapshot.Last) ? 0 : throw Isolate(snapshot.Last, 0);
            _sent = new SentSnapshot(_disk.Open(name), snapshot);
        }

        int count = _sent.Read(offset, bytes);
        return count >= 0 ? count : throw Isolate(snapshot.Last, _sent.Sound);
    }

    /// <inheritdoc/>
    public void Retain(int count)
    {
        List<LogPosition> whole = List();
        for (int i = 0; i < whole.Count - count; i++)
        {
            _disk.Delete(SnapshotName.Of(whole[i]));
            _damaged.Remove(whole[i]);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _new?.Dispose();
        _sent?.Dispose();
        _part?.Dispose();
        _scrubbed?.Dispose();
    }

    /// <summary>Whole snapshots, oldest first.</summary>
    private List<LogPosition> List()
    {
        var found = new List<LogPosition>();
        foreach (string name in _disk.List())
        {
            if (SnapshotName.TryParse(name, out LogPosition last)) found.Add(last);
        }

        found.Sort((left, right) => left.Index.CompareTo(right.Index));
        return found;
    }

    /// <summary>Length and checksum as the file's end says; whether it is right is for the reader to see.</summary>
    private SnapshotId Identify(LogPosition last)
    {
        using IDiskFile file = _disk.Open(SnapshotName.Of(last));
        Span<byte> end = stackalloc byte[SnapshotFormat.EndBytes];
        end.Clear();
        file.Read(Math.Max(0, file.Length - end.Length), end);
        return new SnapshotId(last, Math.Max(1, file.Length), SnapshotFormat.ChecksumIn(end));
    }

    /// <summary>A loss of power may give back a part whose removal was not durable; there may be no transfer any more that removes it (S3).</summary>
    private void KeepOnePart()
    {
        string[] parts = [.. _disk.List().Where(SnapshotName.IsPart).Order(StringComparer.Ordinal)];
        foreach (string older in parts.SkipLast(1)) _disk.Delete(older);
    }

    private void SyncDirectory()
    {
        try
        {
            _disk.SyncDirectory();
        }
        catch (StorageFullException error)
        {
            // A failure leaves unknown which names there are, so it is final.
            throw new IOException("The data directory could not be synced: its device is full.", error);
        }
    }

    private void SyncPortion(IDiskFile file, ref long synced, long end)
    {
        if (end - synced < PortionBytes) return;
        Sync(file);
        synced = end;
    }

    private void ThrowUnlessRoom(string name, long bytes)
    {
        long free = _disk.FreeBytes;
        if (free - ReserveBytes < bytes)
            throw new StorageFullException($"No room for {name}: it needs {bytes} bytes, and {free} are free, of which {ReserveBytes} are the log's.");
    }

    private static void Sync(IDiskFile file)
    {
        try
        {
            file.Sync();
        }
        catch (StorageFullException error)
        {
            throw new IOException("A snapshot could not be synced: its device is full.", error);
        }
    }
}
