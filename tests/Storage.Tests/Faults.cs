namespace DEngine.Storage.Tests;

/// <summary>
/// Every operation of some kinds from one on, until taken away. A full disk spares the copy of term and vote once it is there: it is written in place.
/// </summary>
internal sealed class FaultFrom(long ordinal, DiskFault fault, params DiskOperationKind[] kinds) : IDiskFaults
{
    /// <summary>The first opening of a log makes the copy by its first few operations.</summary>
    public const long CopyIsThereFrom = 8;

    public DiskFault Before(in DiskOperation operation) =>
        operation.Ordinal >= ordinal && kinds.Contains(operation.Kind) && !IsOverwritten(operation) ? fault : DiskFault.None;

    private bool IsOverwritten(in DiskOperation operation) =>
        fault.Kind == DiskFaultKind.Full && operation is { Kind: DiskOperationKind.Write, File: HardStateFile.Name, Ordinal: >= CopyIsThereFrom };
}
