using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DEngine.Storage;

/// <summary>
/// The lock that says which process has a data directory (Z9): flock on its file <see cref="RealDisk.LockName"/>. It ends with the process, so a crash
/// leaves none behind. The file names the process and its machine, so that the directory is told from one that another process has put there.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const int TokenBytesMax = 64;

    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly byte[] _token;

    /// <exception cref="IOException">Another process has it, locks cannot be had there, or the device failed.</exception>
    public DirectoryLock(string directory)
    {
        _path = Path.Combine(directory, RealDisk.LockName);
        _handle = Open(directory, _path);
        try
        {
            PrivateFiles.Restrict(_handle);

            // .NET asks for the lock too, but not where it was told not to (DOTNET_SYSTEM_IO_DISABLEFILELOCKING), and it ignores that there may be none.
            if (!OperatingSystem.IsWindows()) TakeFromSystem(directory);
            _token = WriteToken();
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What has become of the locked directory; null: it is where it was. Any thread. Opens a file; asks nothing on Windows, which keeps directories in use.
    /// </summary>
    public string? FindFault()
    {
        if (OperatingSystem.IsWindows()) return null;
        using SafeFileHandle found = UnixLock.OpenToRead(_path, out bool isMissing);
        if (isMissing) return "is gone";
        if (found.IsInvalid) return null;

        // A lock that can be had is not the one that this process holds.
        if (UnixLock.TryTake(found, isShared: true) == LockAnswer.Taken) return "has been replaced by another one";
        Span<byte> token = stackalloc byte[TokenBytesMax];
        int length = RandomAccess.Read(found, token, 0);
        return _token.Length > 0 && !token[..length].SequenceEqual(_token) ? "has been replaced by one that another process uses" : null;
    }

    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle Open(string directory, string path)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (DiskErrors.IsTaken(error))
        {
            throw InUse(directory, path, error);
        }
        catch (IOException error)
        {
            throw new IOException($"The data directory {directory} cannot be used: {path} cannot be opened to lock it: {error.Message}", error);
        }
    }

    private void TakeFromSystem(string directory)
    {
        switch (UnixLock.TryTake(_handle, isShared: false))
        {
            case LockAnswer.Taken:
                return;
            case LockAnswer.Held:
                throw InUse(directory, _path, cause: null);
            default:
                throw new IOException(
                    $"The data directory {directory} cannot be used: its file system refuses to lock {_path} ({UnixLock.LastError()}), so nothing would keep a second process "
                    + "from writing there. Put cluster.db_root_dir on a file system with locks, such as a local disk.");
        }
    }

    private byte[] WriteToken()
    {
        byte[] token = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {Environment.MachineName}\n"));
        if (token.Length > TokenBytesMax) token = token[..TokenBytesMax];
        try
        {
            RandomAccess.SetLength(_handle, 0);
            RandomAccess.Write(_handle, token, 0);
            return token;
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            // The lock is what counts; a node starts on a full disk too.
            return [];
        }
    }

    private static IOException InUse(string directory, string path, Exception? cause) =>
        new($"The data directory {directory} is in use: another process holds {path}. One directory serves one node.", cause);
}
