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
    private readonly DirectoryLock _lock;

    /// <summary>
    /// Takes the directory, which is made when it is not there, with its parents, durably. Only the user of the process may look into what is made.
    /// </summary>
    /// <exception cref="IOException">Another process has it, it cannot be made or locked, or the device failed.</exception>
    public RealDisk(string directory)
    {
        _directory = Path.GetFullPath(directory);
        PrivateFiles.MakeDirectory(_directory);
        _lock = new DirectoryLock(_directory);
    }

    /// <summary>Makes a directory and its parents as a disk does, and takes no lock.</summary>
    /// <exception cref="IOException">A directory cannot be made, or the device failed.</exception>
    public static void MakeDirectory(string directory) => PrivateFiles.MakeDirectory(Path.GetFullPath(directory));

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

    /// <summary>
    /// What has become of the directory under a process that uses it, "is gone" for example; null: it is where it was. Any thread. What is written from then on
    /// reaches files that no later start will find.
    /// </summary>
    public string? FindFault() => _lock.FindFault();

    public long FreeBytes => new DriveInfo(_directory).AvailableFreeSpace;

    public void Dispose() => _lock.Dispose();

    private RealDiskFile Open(string name, FileMode mode)
    {
        string path = PathOf(name);
        try
        {
            // FileShare.Delete: Windows renames and deletes open files only with it.
            const FileShare share = FileShare.ReadWrite | FileShare.Delete;
            SafeFileHandle handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, share, FileOptions.None);
            if (mode == FileMode.CreateNew) PrivateFiles.Restrict(handle);
            return new RealDiskFile(handle, path);
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
}
