using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// A snapshot that is being read for peers. What has become damaged does not leave: the checksums are followed from the front up to the end of what is asked
/// for, and anew whenever somebody begins with it. One thread: the snapshots'.
/// </summary>
internal sealed class SentSnapshot(IDiskFile file, SnapshotId id) : IDisposable
{
    private readonly SnapshotReader _reader = SnapshotReader.Open(file);

    public SnapshotId Id => id;

    /// <summary>Everything before this offset is as it was written.</summary>
    public long Sound => _reader.Sound;

    /// <returns>Bytes read; -1 when they, or what precedes them, are not what was written.</returns>
    public int Read(long offset, Span<byte> bytes)
    {
        if (offset == 0 && _reader.Sound > SnapshotFormat.HeaderBytes) _reader.Rewind();
        try
        {
            int count = file.Read(offset, bytes);
            while (_reader.Sound < offset + count && _reader.TryRead(out _, out _))
            {
                // Only how far it is sound is wanted.
            }

            return _reader.Sound >= offset + count ? count : -1;
        }
        catch (IOException)
        {
            return -1;
        }
    }

    public void Dispose() => file.Dispose();
}
