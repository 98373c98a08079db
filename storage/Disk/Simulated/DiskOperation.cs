namespace DEngine.Storage;

/// <summary>What a <see cref="SimulatedDisk"/> is asked to do.</summary>
public enum DiskOperationKind : byte
{
    Create,
    Open,
    Read,
    Write,
    SetLength,
    Sync,
    Rename,
    Delete,
    List,
    SyncDirectory,
}

/// <summary>One operation on a <see cref="SimulatedDisk"/>, before it is carried out.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Ordinal">Number of the operation on this disk, from 0, over all crashes: with the kind, a stable key for injected
/// faults.</param>
/// <param name="File">Name of the file (the old one for a rename); empty for the directory's own operations.</param>
/// <param name="Offset">Bytes into the file; the new length for <see cref="DiskOperationKind.SetLength"/>.</param>
/// <param name="Length">Bytes to read or write.</param>
public readonly record struct DiskOperation(DiskOperationKind Kind, long Ordinal, string File, long Offset, int Length)
{
    /// <summary>Changes something that a crash could find half done.</summary>
    public bool IsMutation => Kind is not (DiskOperationKind.Open or DiskOperationKind.Read or DiskOperationKind.List);
}
