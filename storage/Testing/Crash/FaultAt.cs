using DEngine.Storage;

namespace DEngine.Testing;

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
