using System.Buffers.Binary;

namespace DEngine.Storage.Tests.Examples;

/// <summary>The smallest thing that keeps a state on a disk: a number in a file that is replaced as a whole. For docs/testing.md.</summary>
internal sealed class CounterFile
{
    private const string Name = "counter";
    private const string NewName = "counter.new";
    private readonly IDisk _disk;

    public CounterFile(IDisk disk)
    {
        _disk = disk;
        disk.Delete(NewName);
        disk.SyncDirectory();
        if (!disk.Exists(Name)) return;
        using IDiskFile file = disk.Open(Name);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        file.Read(0, bytes);
        Value = BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public long Value { get; private set; }

    /// <summary>Durable on return.</summary>
    public void Set(long value)
    {
        using IDiskFile file = _disk.Create(NewName);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        file.Write(0, bytes);
        file.Sync();
        _disk.Rename(NewName, Name);
        _disk.SyncDirectory();
        Value = value;
    }
}
