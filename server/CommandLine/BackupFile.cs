using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Server.CommandLine;

/// <summary>
/// A file that has its name when it is whole and on the disk, and not before: it is written beside it as NAME.partial. Disposed of without
/// <see cref="Complete"/>, nothing is left of it. One thread at a time.
/// </summary>
internal sealed class BackupFile : IDisposable
{
    private const string PartialSuffix = ".partial";

    private readonly string _path;
    private readonly bool _replaces;
    private FileStream? _file;

    /// <param name="path">Its name in the end.</param>
    /// <param name="replaces">Whether a file of that name may be replaced.</param>
    /// <exception cref="IOException">There is a file of that name already, or it cannot be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written there.</exception>
    public BackupFile(string path, bool replaces)
    {
        _path = Path.GetFullPath(path);
        _replaces = replaces;
        ThrowIfTaken();

        // What an earlier attempt has left is of no use.
        // It holds every value: only the user of the process may read it.
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 128 << 10 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(PartialPath, options);
    }

    private string PartialPath => _path + PartialSuffix;

    /// <summary>Writes the next bytes.</summary>
    /// <exception cref="IOException">The device has no room, or failed.</exception>
    public void Write(ReadOnlySpan<byte> bytes) => Open().Write(bytes);

    /// <summary>Makes it durable and gives it its name.</summary>
    /// <exception cref="IOException">There is a file of that name by now, or the device failed.</exception>
    public void Complete()
    {
        Open().Flush(flushToDisk: true);
        Open().Dispose();
        _file = null;
        try
        {
            File.Move(PartialPath, _path, _replaces);
        }
        catch (IOException)
        {
            File.Delete(PartialPath);
            ThrowIfTaken();
            throw;
        }

        RealDisk.SyncNames(Path.GetDirectoryName(_path)!);
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose()
    {
        if (_file is null) return;
        _file.Dispose();
        _file = null;
        File.Delete(PartialPath);
    }

    private FileStream Open()
    {
        Invariant.Holds(_file is not null, "a backup is written until it is complete");
        return _file;
    }

    private void ThrowIfTaken()
    {
        if (!_replaces && Path.Exists(_path)) throw new IOException($"There is a file {_path} already, and it is not replaced unless that is asked for.");
    }
}
