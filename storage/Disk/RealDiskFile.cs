using Microsoft.Win32.SafeHandles;

namespace DEngine.Storage;

/// <summary>A file of a <see cref="RealDisk"/>. Allocates nothing per call.</summary>
internal sealed class RealDiskFile(SafeFileHandle handle, string path) : IDiskFile
{
    public long Length => RandomAccess.GetLength(handle);

    public int Read(long offset, Span<byte> buffer)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int count = RandomAccess.Read(handle, buffer[total..], offset + total);
            if (count == 0) break;
            total += count;
        }
        return total;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            throw DiskErrors.Full(path, error);
        }
    }

    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (IOException error) when (DiskErrors.IsFull(error))
        {
            throw DiskErrors.Full(path, error);
        }
    }

    public void Sync()
    {
        // Elsewhere than on Linux FlushToDisk is what reaches the platter (F_FULLFSYNC, FlushFileBuffers).
        if (OperatingSystem.IsLinux()) UnixSync.Data(handle);
        else RandomAccess.FlushToDisk(handle);
    }

    public void DropCache()
    {
        if (OperatingSystem.IsLinux()) UnixSync.DropCache(handle);
    }

    public void Dispose() => handle.Dispose();
}
