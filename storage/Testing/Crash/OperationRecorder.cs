using DEngine.Storage;

namespace DEngine.Testing;

/// <summary>A crash at one operation.</summary>
internal readonly record struct CrashPoint(DiskOperation Operation, DiskFault Fault)
{
    public override string ToString() => $"{Fault.Kind} at operation {Operation.Ordinal} ({Operation.Kind} of '{Operation.File}')";
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
    public IEnumerable<CrashPoint> CrashPoints()
    {
        foreach (DiskOperation operation in Operations)
        {
            if (!operation.IsMutation) continue;
            yield return new CrashPoint(operation, new DiskFault(DiskFaultKind.CrashBefore));
            if (operation.Kind == DiskOperationKind.Write && operation.Length > 1)
            {
                int kept = operation.Length > 512 ? operation.Length / 2 & -512 : operation.Length / 2;
                yield return new CrashPoint(operation, new DiskFault(DiskFaultKind.CrashDuring, KeptBytes: Math.Max(1, kept)));
            }
            yield return new CrashPoint(operation, new DiskFault(DiskFaultKind.CrashAfter));
        }
    }
}
