using System.Buffers.Binary;
using System.Numerics;

namespace DEngine.Storage;

/// <summary>CRC-32C (Castagnoli), as RFC 3720 has it, by the processor's instruction where there is one.</summary>
internal static class Crc32C
{
    /// <summary>State before the first byte. Always end with <see cref="Finish"/>.</summary>
    public const uint Start = uint.MaxValue;

    public static uint Add(uint state, uint value) => BitOperations.Crc32C(state, value);

    public static uint Add(uint state, ulong value) => BitOperations.Crc32C(state, value);

    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte value in bytes) state = BitOperations.Crc32C(state, value);
        return state;
    }

    public static uint Finish(uint state) => ~state;
}
