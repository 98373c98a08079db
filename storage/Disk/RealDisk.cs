using Microsoft.Win32.SafeHandles;

namespace DEngine.Storage;

/// <summary>
/// A directory of the operating system. Holds an exclusive lock on it until disposed of, or until the process is gone, however it goes.
/// </summary>
public sealed class RealDisk : IDisk
{
    /// <summary>Name of the file whose lock says that a process has this directory.</summary>
    public const string LockName = "LOCK";

    private readonly string _directory;
    private readonly SafeFileHandle _lock;

    /// <summary>Takes the directory, which is made when it is not there; its parents too.</summary>
    /// <exception cref="IOException">Another process has it, or it cannot be made.</exception>
    public RealDisk(string directory)
    {
        _directory = Path.GetFullPath(directory);
        if (!Directory.Exists(_directory))
        {
            Directory.CreateDirectory(_directory);
            if (Path.GetDirectoryName(_directory) is { } parent) UnixSync.Directory(parent);
        }
        _lock = Lock(_directory);
    }

    /// <summary>Full path of the directory.</summary>
    public string DirectoryPath => _directory;

    public IDiskFile Create(string name) => Open(name, FileMode.CreateNew);

    public IDiskFile Open(string name) => Open(name, FileMode.Open);

    public bool Exists(string name) => File.Exists(PathOf(name));

    public void Rename(string oldName, string newName)
    {
        try
        {
            File.Move(PathOf(oldName), PathOf(newName), overwrite: true);
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            throw DiskErrors.Full(newName, error);
        }
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    public IReadOnlyList<string> List()
    {
        var names = new List<string>();
        foreach (string path in Directory.EnumerateFiles(_directory))
        {
            string name = Path.GetFileName(path);
            if (name != LockName && name[0] != '.') names.Add(name);
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    public void SyncDirectory() => UnixSync.Directory(_directory);

    /// <summary>Makes creations, renames and deletions in any directory durable, whoever made them.</summary>
    /// <exception cref="IOException">The device failed: which names there are is unknown.</exception>
    public static void SyncNames(string directory) => UnixSync.Directory(directory);

    /// <summary>Whether an error says that there is no room, which may pass; every other one is final.</summary>
    public static bool IsFull(IOException error) => DiskErrors.IsFull(error);

    public long FreeBytes => new DriveInfo(_directory).AvailableFreeSpace;

    public void Dispose() => _lock.Dispose();

    private RealDiskFile Open(string name, FileMode mode)
    {
        string path = PathOf(name);
        try
        {
            // FileShare.Delete: Windows renames and deletes open files only with it.
            const FileShare share = FileShare.ReadWrite | FileShare.Delete;
            return new RealDiskFile(File.OpenHandle(path, mode, FileAccess.ReadWrite, share, FileOptions.None), path);
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            throw DiskErrors.Full(path, error);
        }
    }

    private string PathOf(string name)
    {
        DiskName.Check(name);
        return Path.Combine(_directory, name);
    }

    private static SafeFileHandle Lock(string directory)
    {
        string path = Path.Combine(directory, LockName);
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix: it ends with the process, so a crash leaves no stale lock behind.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            string advice = $"another process holds {path}. One directory serves one node.";
            throw new IOException($"The data directory {directory} is in use: {advice}", error);
        }
    }
}
