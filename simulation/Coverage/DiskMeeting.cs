using DEngine.Storage;

namespace DEngine.Simulation.Coverage;

/// <summary>What a disk operation that goes wrong is to the node.</summary>
internal static class DiskMeeting
{
    public static NodeFault Read(DiskFaultKind fault, DiskOperationKind operation) => (fault, operation) switch
    {
        (DiskFaultKind.Full, _) => NodeFault.DiskFull,
        (DiskFaultKind.IoError, DiskOperationKind.Write) => NodeFault.WriteFails,
        (DiskFaultKind.IoError, DiskOperationKind.Sync) => NodeFault.SyncFails,
        (DiskFaultKind.IoError, _) => NodeFault.OtherFails,
        (DiskFaultKind.CrashBefore, DiskOperationKind.Write) => NodeFault.EndsBeforeWrite,
        (DiskFaultKind.CrashDuring, DiskOperationKind.Write) => NodeFault.EndsInWrite,
        (DiskFaultKind.CrashAfter, DiskOperationKind.Write) => NodeFault.EndsAfterWrite,

        // Of a sync there is no middle: the process ends before it.
        (DiskFaultKind.CrashBefore or DiskFaultKind.CrashDuring, DiskOperationKind.Sync) => NodeFault.EndsBeforeSync,
        (DiskFaultKind.CrashAfter, DiskOperationKind.Sync) => NodeFault.EndsAfterSync,
        (DiskFaultKind.CrashBefore or DiskFaultKind.CrashDuring or DiskFaultKind.CrashAfter, _) => NodeFault.EndsAtOther,
        _ => throw new InvalidOperationException($"nobody draws {fault} of {operation}"),
    };
}
