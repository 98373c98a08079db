using System.Buffers.Binary;
using System.Numerics;

namespace DEngine.Core;

/// <summary>
/// CRC-32C (Castagnoli; RFC 3720 appendix B.4): finds every error within 32 consecutive bits, and any one to three flipped bits in
/// less than 256 MiB. Callable from any thread.
/// </summary>
public static class Crc32C
{
    /// <summary>
    /// Checksum of <paramref name="data"/>. Incremental: <c>Compute(b, Compute(a))</c> is the checksum of a followed by b.
    /// </summary>
    /// <param name="data">What to cover; may be empty, which gives <paramref name="seed"/> back.</param>
    /// <param name="seed">Checksum of what came before; 0 at the start.</param>
    public static uint Compute(ReadOnlySpan<byte> data, uint seed = 0)
    {
        uint crc = ~seed;
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (byte next in data) crc = BitOperations.Crc32C(crc, next);
        return ~crc;
    }
}
