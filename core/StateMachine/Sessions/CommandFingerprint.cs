using System.Buffers.Binary;
using System.Numerics;

namespace DEngine.Core;

/// <summary>Tells a retry from another command under the same sequence (BUGS X7): length and CRC32C. Guards against mistakes, not against intent.</summary>
internal readonly record struct CommandFingerprint(int Length, uint Crc32C)
{
    internal static CommandFingerprint Of(ReadOnlySpan<byte> command)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<byte> rest = command;
        while (rest.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            rest = rest[sizeof(ulong)..];
        }

        foreach (byte value in rest) crc = BitOperations.Crc32C(crc, value);
        return new CommandFingerprint(command.Length, ~crc);
    }
}
