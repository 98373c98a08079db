namespace DEngine.Storage;

/// <summary>How an operation on a <see cref="SimulatedDisk"/> goes wrong.</summary>
public enum DiskFaultKind : byte
{
    None,

    /// <summary>The process ends before the operation.</summary>
    CrashBefore,

    /// <summary>
    /// The process ends in the middle: of a write, the first <see cref="DiskFault.KeptBytes"/> have reached the operating system.
    /// </summary>
    CrashDuring,

    /// <summary>The process ends when the operation is done, before the caller knows.</summary>
    CrashAfter,

    /// <summary>
    /// The device fails. A failed sync leaves pages that look written and never will be: a later sync succeeds without them (as on Linux).
    /// </summary>
    IoError,

    /// <summary>No room; of a write, <see cref="DiskFault.KeptBytes"/> were still written.</summary>
    Full,

    /// <summary>A write lands at <see cref="DiskFault.Offset"/> of the same file; nothing is reported.</summary>
    Misdirected,
}

/// <summary>What an <see cref="IDiskFaults"/> answers for one operation; default: it goes well.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="KeptBytes">See <see cref="DiskFaultKind.CrashDuring"/> and <see cref="DiskFaultKind.Full"/>; more than the write has means
/// all of it.</param>
/// <param name="Offset">See <see cref="DiskFaultKind.Misdirected"/>.</param>
public readonly record struct DiskFault(DiskFaultKind Kind, int KeptBytes = 0, long Offset = 0)
{
    public static DiskFault None => default;
}

/// <summary>
/// Decides what goes wrong on a <see cref="SimulatedDisk"/>. Asked before every operation, on the thread that asks for it.
/// </summary>
public interface IDiskFaults
{
    DiskFault Before(in DiskOperation operation);
}

/// <summary>
/// The simulated process has ended. Not an <see cref="IOException"/>, so that no handler of I/O errors runs after death; from here to
/// <see cref="SimulatedDisk.ProcessCrash"/> or <see cref="SimulatedDisk.PowerLoss"/> every operation throws it.
/// </summary>
public sealed class SimulatedCrashException(string message) : Exception(message);
