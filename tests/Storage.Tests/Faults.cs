namespace DEngine.Storage.Tests;

/// <summary>One fault, at one operation.</summary>
internal sealed class FaultAt(long ordinal, DiskFault fault) : IDiskFaults
{
    public bool HasStruck { get; private set; }

    public DiskFault Before(in DiskOperation operation)
    {
        if (operation.Ordinal != ordinal) return DiskFault.None;
        HasStruck = true;
        return fault;
    }
}

/// <summary>Every operation of some kinds from one on, until taken away.</summary>
internal sealed class FaultFrom(long ordinal, DiskFault fault, params DiskOperationKind[] kinds) : IDiskFaults
{
    public DiskFault Before(in DiskOperation operation) =>
        operation.Ordinal >= ordinal && kinds.Contains(operation.Kind) ? fault : DiskFault.None;
}

/// <summary>No faults, but notes of every operation.</summary>
internal sealed class OperationRecorder : IDiskFaults
{
    public List<DiskOperation> Operations { get; } = [];

    public DiskFault Before(in DiskOperation operation)
    {
        Operations.Add(operation);
        return DiskFault.None;
    }

    /// <summary>
    /// Every way to crash at the operations that change something: before, after, and in the middle of those that can be halved.
    /// </summary>
    public IEnumerable<(long Ordinal, DiskFault Fault)> CrashPoints()
    {
        foreach (DiskOperation operation in Operations)
        {
            if (!operation.IsMutation) continue;
            yield return (operation.Ordinal, new DiskFault(DiskFaultKind.CrashBefore));
            if (operation.Kind == DiskOperationKind.Write && operation.Length > 1)
            {
                int kept = operation.Length > 512 ? operation.Length / 2 & -512 : operation.Length / 2;
                yield return (operation.Ordinal, new DiskFault(DiskFaultKind.CrashDuring, KeptBytes: Math.Max(1, kept)));
            }
            yield return (operation.Ordinal, new DiskFault(DiskFaultKind.CrashAfter));
        }
    }
}
