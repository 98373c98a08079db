using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// A disk in memory with a volatile cache, for tests and the simulator: what was not synced may be lost in any combination, torn and
/// reordered. Outlives the simulated processes that use it. Deterministic; single-threaded. Harsher than real disks where that costs
/// nothing: a file's own sync does not make its name durable, and of two writes to one sector the later may survive alone.
/// </summary>
/// <param name="faults">Asked before every operation; null: nothing goes wrong.</param>
public sealed class SimulatedDisk(IDiskFaults? faults = null) : IDisk
{
    private SimulatedDirectory _directory = new();
    private bool _dead;

    /// <summary>Asked before every operation; null: nothing goes wrong.</summary>
    public IDiskFaults? Faults { get; set; } = faults;

    /// <summary>Bytes that fit, counted by the lengths of files; writes that extend a file beyond are refused whole.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Operations asked for since the disk was made, over all crashes.</summary>
    public long OperationCount { get; private set; }

    /// <summary>Counts the simulated processes that this disk has outlived.</summary>
    public long Life { get; private set; }

    /// <summary>Something would be lost by a power loss right now.</summary>
    public bool HasUnsynced
    {
        get
        {
            foreach (SimulatedInode inode in _directory.Shown.Values)
            {
                if (inode.HasUnsynced) return true;
            }
            return false;
        }
    }

    public long FreeBytes
    {
        get
        {
            if (CapacityBytes == long.MaxValue) return long.MaxValue;
            return Math.Max(0, CapacityBytes - UsedBytes);
        }
    }

    /// <summary>Bytes that are taken, counted by the lengths of files.</summary>
    public long UsedBytes
    {
        get
        {
            long used = 0;
            foreach (SimulatedInode inode in _directory.Shown.Values) used += inode.Length;
            return used;
        }
    }

    public IDiskFile Create(string name)
    {
        DiskName.Check(name);
        DiskFault fault = Begin(DiskOperationKind.Create, name);
        if (_directory.Shown.ContainsKey(name)) throw new IOException($"{name} is there already.");
        var inode = new SimulatedInode(name);
        _directory.Create(name, inode);
        End(fault, DiskOperationKind.Create, name);
        return new SimulatedFile(this, inode, Life);
    }

    public IDiskFile Open(string name)
    {
        DiskFault fault = Begin(DiskOperationKind.Open, name);
        SimulatedInode inode = Find(name);
        End(fault, DiskOperationKind.Open, name);
        return new SimulatedFile(this, inode, Life);
    }

    public bool Exists(string name)
    {
        CheckAlive();
        return _directory.Shown.ContainsKey(name);
    }

    public void Rename(string oldName, string newName)
    {
        DiskName.Check(newName);
        DiskFault fault = Begin(DiskOperationKind.Rename, oldName);
        Find(oldName);
        _directory.Rename(oldName, newName);
        End(fault, DiskOperationKind.Rename, oldName);
    }

    public void Delete(string name)
    {
        DiskFault fault = Begin(DiskOperationKind.Delete, name);
        if (_directory.Shown.ContainsKey(name)) _directory.Delete(name);
        End(fault, DiskOperationKind.Delete, name);
    }

    public IReadOnlyList<string> List()
    {
        DiskFault fault = Begin(DiskOperationKind.List, "");
        var names = new List<string>(_directory.Shown.Keys);
        End(fault, DiskOperationKind.List, "");
        return names;
    }

    public void SyncDirectory()
    {
        DiskFault fault = Ask(DiskOperationKind.SyncDirectory, "", 0, 0);
        if (fault.Kind == DiskFaultKind.IoError) _directory.LosePending();
        ThrowIfBefore(fault, DiskOperationKind.SyncDirectory, "");
        _directory.Sync();
        End(fault, DiskOperationKind.SyncDirectory, "");
    }

    /// <summary>The process ends, the machine does not: everything handed over stays, synced or not. Open handles are void.</summary>
    public void ProcessCrash()
    {
        Life++;
        _dead = false;
    }

    /// <summary>
    /// The machine ends: of what was not synced, what <paramref name="policy"/> and <paramref name="random"/> leave. Open handles are void.
    /// </summary>
    public void PowerLoss(ref DeterministicRandom random, PowerLossPolicy policy)
    {
        List<SimulatedInode> inodes = _directory.Inodes();
        _directory.PowerLoss(ref random, policy);
        foreach (SimulatedInode inode in inodes) inode.PowerLoss(ref random, policy);
        ProcessCrash();
    }

    /// <summary>Bit rot: one bit turns over, on the platter and in the cache.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="offset">Byte, within the file's length.</param>
    /// <param name="bit">0 to 7.</param>
    public void FlipBit(string file, long offset, int bit)
    {
        SimulatedInode inode = Find(file);
        bool lies = offset >= 0 && offset < inode.Length && bit is >= 0 and < 8;
        Invariant.Holds(lies, "a flipped bit lies within its file", offset, inode.Length);
        inode.FlipBit(offset, bit);
    }

    /// <summary>Bytes of a file as the operating system shows them, without counting as an operation.</summary>
    public byte[] Peek(string file)
    {
        SimulatedInode inode = Find(file);
        byte[] bytes = new byte[inode.Length];
        inode.Read(0, bytes);
        return bytes;
    }

    /// <summary>Names of all files, in ordinal order, without counting as an operation.</summary>
    public IReadOnlyList<string> Shown() => [.. _directory.Shown.Keys];

    /// <summary>Puts bytes on the platter and in the cache behind everybody's back: a lost, stale or misdirected write.</summary>
    public void Poke(string file, long offset, ReadOnlySpan<byte> bytes)
    {
        SimulatedInode inode = Find(file);
        Invariant.Holds(!inode.HasUnsynced, "bytes are poked into files without unsynced writes only");
        inode.Write(offset, bytes);
        inode.Sync();
    }

    /// <summary>A disk with the same content, synced and not, and no faults.</summary>
    public SimulatedDisk Copy() =>
        new()
        {
            _directory = _directory.Copy(),
            _dead = _dead,
            CapacityBytes = CapacityBytes,
            OperationCount = OperationCount,
            Life = Life,
        };

    /// <summary>Another disk is there, an empty one. Open handles are void.</summary>
    public void Erase()
    {
        ProcessCrash();
        _directory = new SimulatedDirectory();
    }

    /// <summary>Does nothing: the disk outlives the process.</summary>
    public void Dispose()
    {
    }

    internal int Read(SimulatedInode inode, long offset, Span<byte> buffer)
    {
        DiskFault fault = Begin(DiskOperationKind.Read, inode.Name, offset, buffer.Length);
        int count = inode.Read(offset, buffer);
        End(fault, DiskOperationKind.Read, inode.Name);
        return count;
    }

    internal void Write(SimulatedInode inode, long offset, ReadOnlySpan<byte> bytes)
    {
        DiskFault fault = BeginWrite(inode, offset, bytes);
        if (fault.Kind == DiskFaultKind.Misdirected) offset = fault.Offset;
        if (offset + bytes.Length > inode.Length && offset + bytes.Length - inode.Length > FreeBytes) throw Full(inode.Name);
        inode.Write(offset, bytes);
        End(fault, DiskOperationKind.Write, inode.Name);
    }

    internal void SetLength(SimulatedInode inode, long length)
    {
        DiskFault fault = Begin(DiskOperationKind.SetLength, inode.Name, length, 0);
        inode.SetLength(length);
        End(fault, DiskOperationKind.SetLength, inode.Name);
    }

    internal void Sync(SimulatedInode inode)
    {
        DiskFault fault = Ask(DiskOperationKind.Sync, inode.Name, 0, 0);
        if (fault.Kind == DiskFaultKind.IoError) inode.LosePending();
        ThrowIfBefore(fault, DiskOperationKind.Sync, inode.Name);
        inode.Sync();
        End(fault, DiskOperationKind.Sync, inode.Name);
    }

    private DiskFault BeginWrite(SimulatedInode inode, long offset, ReadOnlySpan<byte> bytes)
    {
        DiskFault fault = Ask(DiskOperationKind.Write, inode.Name, offset, bytes.Length);
        if (fault.Kind is DiskFaultKind.CrashDuring or DiskFaultKind.Full)
            inode.Write(offset, bytes[..Math.Min(bytes.Length, fault.KeptBytes)]);
        ThrowIfBefore(fault, DiskOperationKind.Write, inode.Name);
        return fault;
    }

    private DiskFault Begin(DiskOperationKind kind, string file, long offset = 0, int length = 0)
    {
        DiskFault fault = Ask(kind, file, offset, length);
        ThrowIfBefore(fault, kind, file);
        return fault;
    }

    private DiskFault Ask(DiskOperationKind kind, string file, long offset, int length)
    {
        CheckAlive();
        long ordinal = OperationCount++;
        return Faults is null ? default : Faults.Before(new DiskOperation(kind, ordinal, file, offset, length));
    }

    private void ThrowIfBefore(DiskFault fault, DiskOperationKind kind, string file)
    {
        switch (fault.Kind)
        {
            case DiskFaultKind.None or DiskFaultKind.CrashAfter or DiskFaultKind.Misdirected:
                return;
            case DiskFaultKind.CrashBefore or DiskFaultKind.CrashDuring:
                throw Crash(kind, file);
            case DiskFaultKind.IoError:
                throw new IOException($"{kind} of '{file}' failed: injected device error.");
            case DiskFaultKind.Full:
                throw Full(file);
            default:
                Invariant.Broken($"unknown disk fault {fault.Kind}");
                return;
        }
    }

    private void End(DiskFault fault, DiskOperationKind kind, string file)
    {
        if (fault.Kind == DiskFaultKind.CrashAfter) throw Crash(kind, file);
    }

    private SimulatedCrashException Crash(DiskOperationKind kind, string file)
    {
        _dead = true;
        return new SimulatedCrashException($"The process ended at operation {OperationCount - 1}: {kind} of '{file}'.");
    }

    private void CheckAlive()
    {
        if (_dead) throw new SimulatedCrashException("The process has ended.");
    }

    private SimulatedInode Find(string name) => _directory.Shown.TryGetValue(name, out SimulatedInode? inode)
        ? inode
        : throw new FileNotFoundException($"There is no file {name}.", name);

    private static StorageFullException Full(string file) => new($"No room left for '{file}'.");
}
