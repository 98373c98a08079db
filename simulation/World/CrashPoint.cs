using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Simulation.World;

/// <summary>Ends the simulated process at the n-th change to its disk, just before, in the middle of, or just after it.</summary>
internal sealed class CrashPoint : IDiskFaults
{
    private long _mutationsLeft = long.MaxValue;
    private DiskFaultKind _kind;
    private int _keptBytes;

    public void Arm(ref DeterministicRandom random)
    {
        _mutationsLeft = random.Between(1, 6);
        _kind = random.Next(3) switch
        {
            0 => DiskFaultKind.CrashBefore,
            1 => DiskFaultKind.CrashDuring,
            _ => DiskFaultKind.CrashAfter,
        };
        _keptBytes = (int)random.Between(0, 4096);
    }

    public void Disarm() => _mutationsLeft = long.MaxValue;

    public DiskFault Before(in DiskOperation operation)
    {
        if (!operation.IsMutation || --_mutationsLeft > 0) return DiskFault.None;
        return new DiskFault(_kind, _keptBytes);
    }
}
