using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DEngine;

/// <summary>Names the present run of the machine: what has been handed to the operating system outlives the process, and not this.</summary>
internal static class MachineRun
{
    private const string LinuxBootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>
    /// Linux says it. Elsewhere every process is taken for a run of its own: then an end that was not in order counts as a power loss, which costs a recovery
    /// and never an entry.
    /// </summary>
    public static long Id { get; } = Read();

    private static long Read()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!File.Exists(LinuxBootIdPath) || !Guid.TryParse(File.ReadAllText(LinuxBootIdPath), out Guid boot) || !boot.TryWriteBytes(bytes))
            RandomNumberGenerator.Fill(bytes);

        // 0 is taken: it stands for no run at all.
        return Math.Max(1, BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue);
    }
}
