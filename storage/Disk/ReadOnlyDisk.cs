using Microsoft.Win32.SafeHandles;

namespace DEngine.Storage;

/// <summary>
/// A directory of the operating system to look at: takes no lock and changes nothing, so it may be that of a running node, whose newest writes are seen in
/// part, or a backup on a read-only medium.
/// </summary>
public sealed class ReadOnlyDisk : IDisk
{
    private const string Refusal = "This directory is only looked at.";

    private readonly string _directory;

    /// <param name="directory">Has to be there.</param>
    /// <exception cref="DirectoryNotFoundException">It is not.</exception>
    public ReadOnlyDisk(string directory)
    {
        _directory = Path.GetFullPath(directory);
        if (!Directory.Exists(_directory)) throw new DirectoryNotFoundException($"There is no directory {_directory}.");
    }

    /// <summary>0: nothing can be written.</summary>
    public long FreeBytes => 0;

    public IDiskFile Open(string name)
    {
        DiskName.Check(name);
        string path = Path.Combine(_directory, name);
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new RealDiskFile(handle, path);
    }

    public bool Exists(string name) => File.Exists(Path.Combine(_directory, name));

    public IReadOnlyList<string> List()
    {
        string[] names = [.. Directory.EnumerateFiles(_directory).Select(path => Path.GetFileName(path))];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    /// <exception cref="NotSupportedException">Always.</exception>
    public IDiskFile Create(string name) => throw new NotSupportedException(Refusal);

    /// <exception cref="NotSupportedException">Always.</exception>
    public void Rename(string oldName, string newName) => throw new NotSupportedException(Refusal);

    /// <exception cref="NotSupportedException">Always.</exception>
    public void Delete(string name) => throw new NotSupportedException(Refusal);

    /// <exception cref="NotSupportedException">Always.</exception>
    public void SyncDirectory() => throw new NotSupportedException(Refusal);

    public void Dispose()
    {
        // Nothing is held between calls.
    }
}
