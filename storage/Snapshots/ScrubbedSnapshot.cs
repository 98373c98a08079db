using DEngine.Core;

namespace DEngine.Storage;

/// <summary>A snapshot that is being read again, some of it at a time. Its file stays the same one whatever becomes of its name.</summary>
internal sealed class ScrubbedSnapshot(IDiskFile file, LogPosition last) : IDisposable
{
    private SnapshotReader? _reader;

    public LogPosition Last => last;

    /// <summary>Everything before this offset is as it was written.</summary>
    public long Sound => _reader?.Sound ?? 0;

    /// <summary>The end has been read.</summary>
    public bool IsWhole => _reader is { IsWhole: true };

    /// <summary>Reads on.</summary>
    /// <param name="bytesMax">Stops behind the chunk that reaches it.</param>
    /// <param name="bytes">How much has been read.</param>
    /// <returns>False: what follows is not what was written, or cannot be read at all.</returns>
    public bool TryRead(long bytesMax, out long bytes)
    {
        long from = Sound;
        bytes = 0;
        try
        {
            _reader ??= SnapshotReader.Open(file);
            if (_reader.Last != last) return false;
            while (!IsWhole && Sound - from < bytesMax)
            {
                if (!_reader.TryRead(out _, out _) && !IsWhole) return false;
            }

            return !IsWhole || Sound == file.Length;
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            bytes = Sound - from;
        }
    }

    public void Dispose() => file.Dispose();
}
