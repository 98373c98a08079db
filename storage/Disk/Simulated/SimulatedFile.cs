namespace DEngine.Storage;

/// <summary>A handle of one life of the simulated process; useless after the process has ended.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, SimulatedInode inode, long life) : IDiskFile
{
    private bool _closed;

    public long Length
    {
        get
        {
            Check();
            return inode.Length;
        }
    }

    public int Read(long offset, Span<byte> buffer)
    {
        Check();
        return disk.Read(inode, offset, buffer);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Check();
        disk.Write(inode, offset, bytes);
    }

    public void SetLength(long length)
    {
        Check();
        disk.SetLength(inode, length);
    }

    public void Sync()
    {
        Check();
        disk.Sync(inode);
    }

    public void Dispose() => _closed = true;

    private void Check()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (disk.Life != life) throw new SimulatedCrashException($"{inode.Name} was opened by a process that has ended.");
    }
}
