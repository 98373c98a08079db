using System.Numerics;

namespace DEngine.Storage;

/// <summary>
/// Finds the one bit that has turned over in bytes whose CRC-32C is known. The checksum is linear, so each single bit leaves its own difference: for anything
/// shorter than 2^31 bits no two of them leave the same. What is wrong in another way looks like one flipped bit once in some 2^32 / bits cases.
/// </summary>
internal static class FlippedBit
{
    /// <summary>Where the bit is, counted in bits from the first byte on; -1 when no single bit explains the difference.</summary>
    /// <param name="length">Bytes that the checksum covers.</param>
    /// <param name="difference">The checksum of the bytes as they are, xor the one that they should have. Not 0.</param>
    public static long Find(int length, uint difference)
    {
        // What each bit of a byte leaves in the checksum when the byte is the last one; one more zero behind it for each byte towards the front.
        Span<uint> left = stackalloc uint[8];
        for (int bit = 0; bit < 8; bit++) left[bit] = BitOperations.Crc32C(0, (byte)(1 << bit));
        for (long at = length - 1; at >= 0; at--)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                if (left[bit] == difference) return (at * 8) + bit;
                left[bit] = BitOperations.Crc32C(left[bit], (byte)0);
            }
        }

        return -1;
    }
}
