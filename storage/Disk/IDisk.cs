namespace DEngine.Storage;

/// <summary>
/// The seam below the file log and snapshot files: one data directory. Names are flat: no separators, no "." first. Synchronous, called by
/// one thread at a time; calls may block. Production: <see cref="RealDisk"/>; simulation: <see cref="SimulatedDisk"/>.
/// </summary>
/// <remarks>
/// Durability is what the caller asks for and nothing more: bytes after <see cref="IDiskFile.Sync"/>, the existence and name of a file
/// after <see cref="SyncDirectory"/>. Every call may throw <see cref="IOException"/>, after which the device is not to be trusted.
/// </remarks>
public interface IDisk : IDisposable
{
    /// <summary>Makes an empty file. The caller disposes of it.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    /// <exception cref="Core.StorageFullException">No room.</exception>
    IDiskFile Create(string name);

    /// <summary>Opens a file that is there, for reading and writing. The caller disposes of it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    IDiskFile Open(string name);

    bool Exists(string name);

    /// <summary>Gives a file another name, replacing what had that name, as one step. Files that are open stay open.</summary>
    void Rename(string oldName, string newName);

    /// <summary>Removes the name; no error when there is none.</summary>
    void Delete(string name);

    /// <summary>Names of all files, in ordinal order. A new list, owned by the caller.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes creations, renames and deletions so far durable.</summary>
    void SyncDirectory();

    /// <summary>Bytes that can still be written, as far as the device knows.</summary>
    long FreeBytes { get; }
}

/// <summary>An open file of an <see cref="IDisk"/>. Follows the file through renames. Same thread rule as its disk.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Bytes up to the highest one ever written or set.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/>.</summary>
    /// <returns>Bytes read: fewer than asked for only at the end of the file.</returns>
    int Read(long offset, Span<byte> buffer);

    /// <summary>
    /// Hands bytes to the operating system: they outlive the process, but not a power loss before <see cref="Sync"/>. The buffer is free
    /// again on return. Writing behind the end extends the file; what lies between reads as zeros.
    /// </summary>
    /// <exception cref="Core.StorageFullException">No room. Part of the bytes may have been written.</exception>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts the file, or extends it by zeros that need not occupy space.</summary>
    void SetLength(long length);

    /// <summary>
    /// What the operating system holds of this file in memory, and is on the device too, may be forgotten, so that the next read comes from the device. A wish:
    /// where it cannot be had nothing happens.
    /// </summary>
    void DropCache()
    {
    }

    /// <summary>Makes everything written to this file durable, its length included; not its name.</summary>
    /// <exception cref="IOException">What had been written may be gone for good, and a later call cannot tell (BUGS D12).</exception>
    void Sync();
}
