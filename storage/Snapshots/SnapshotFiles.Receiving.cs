using DEngine.Core;

namespace DEngine.Storage;

/// <content>Snapshots that come from a leader.</content>
public sealed partial class SnapshotFiles
{
    private const int CopyBytes = 64 << 10;

    private IDiskFile? _part;
    private SnapshotId _partId;
    private long _partEnd;
    private long _partSynced;
    private SnapshotReader? _check;

    /// <inheritdoc/>
    public long BeginReceive(SnapshotId snapshot)
    {
        _part?.Dispose();
        _part = null;
        _check = null;
        string name = SnapshotName.Part(snapshot);
        foreach (string other in _disk.List())
        {
            if (SnapshotName.IsPart(other) && other != name) _disk.Delete(other);
        }

        _partId = snapshot;
        _partEnd = 0;
        _partSynced = 0;
        if (!_disk.Exists(name))
        {
            _part = _disk.Create(name);
            return 0;
        }

        _part = _disk.Open(name);
        _partEnd = Math.Min(FindSoundEnd(_part), snapshot.Bytes);
        Rewrite(_part, _partEnd, ref _partSynced);
        _part.SetLength(_partEnd);
        return _partEnd;
    }

    /// <inheritdoc/>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        Invariant.Holds(_part is not null, "a snapshot has been begun");
        Invariant.Holds(_partEnd + bytes.Length <= _partId.Bytes, "no more comes than there is", _partEnd, _partId.Bytes);
        if (_partEnd == _partSynced) ThrowUnlessRoom(SnapshotName.Part(_partId), _partId.Bytes - _partEnd);
        _part.Write(_partEnd, bytes);
        _partEnd += bytes.Length;
        SyncPortion(_part, ref _partSynced, _partEnd);
    }

    /// <inheritdoc/>
    public SnapshotCheck FinishReceive(SnapshotRestore restore)
    {
        ArgumentNullException.ThrowIfNull(restore);
        Invariant.Holds(_part is not null && _partEnd == _partId.Bytes, "everything has come", _partEnd, _partId.Bytes);
        SnapshotReader reader = _check ??= SnapshotReader.Open(_part);
        long portionEnd = reader.Sound + PortionBytes;
        while (reader.TryRead(out SnapshotSection section, out ReadOnlySpan<byte> piece))
        {
            restore.Read(section, piece);
            if (reader.Sound >= portionEnd) return SnapshotCheck.GoesOn;
        }

        _check = null;
        bool isIt = reader.IsWhole && reader.Last == _partId.Last && reader.Checksum == _partId.Checksum && reader.Sound == _partId.Bytes;
        if (isIt)
        {
            Sync(_part);
            _disk.Rename(SnapshotName.Part(_partId), SnapshotName.Of(_partId.Last));
            SyncDirectory();
            OnWhole(_partId.Last);
        }

        _part.Dispose();
        _part = null;
        if (!isIt) _disk.Delete(SnapshotName.Part(_partId));
        _partId = default;
        return isIt ? SnapshotCheck.Whole : SnapshotCheck.Wrong;
    }

    /// <summary>
    /// Up to where an earlier process's bytes are what was sent: the checksums run on from the front, so it is known without asking the sender. Bytes of a
    /// chunk that has not come whole are fetched again.
    /// </summary>
    private static long FindSoundEnd(IDiskFile part)
    {
        SnapshotReader reader = SnapshotReader.Open(part);
        while (reader.TryRead(out _, out _))
        {
            // Only how far it is sound is wanted.
        }

        return reader.Sound;
    }

    /// <summary>
    /// Writes again what an earlier process has written. A sync that failed under it leaves pages that read well, count as clean and are not on the device;
    /// only writing them makes the next sync tell the truth (K5).
    /// </summary>
    private void Rewrite(IDiskFile file, long end, ref long synced)
    {
        byte[] bytes = new byte[CopyBytes];
        for (long offset = 0; offset < end;)
        {
            int count = file.Read(offset, bytes.AsSpan(0, (int)Math.Min(CopyBytes, end - offset)));
            file.Write(offset, bytes.AsSpan(0, count));
            offset += count;
            SyncPortion(file, ref synced, offset);
        }
    }
}
