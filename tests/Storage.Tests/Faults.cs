namespace DEngine.Storage.Tests;

/// <summary>Every operation of some kinds from one on, until taken away.</summary>
internal sealed class FaultFrom(long ordinal, DiskFault fault, params DiskOperationKind[] kinds) : IDiskFaults
{
    public DiskFault Before(in DiskOperation operation) =>
        operation.Ordinal >= ordinal && kinds.Contains(operation.Kind) ? fault : DiskFault.None;
}
