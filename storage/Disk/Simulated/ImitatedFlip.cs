using System.Numerics;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// Damage that a CRC-32C cannot tell from one flipped bit somewhere else: what happens to garbage in n bits once in 2^32 / n cases, made to happen. For tests
/// and the simulator.
/// </summary>
internal static class ImitatedFlip
{
    private const int FreeBytes = 4;

    /// <summary>
    /// Makes garbage of some bytes, the last four of which are chosen so that the checksum differs as if one bit alone had turned over.
    /// </summary>
    /// <param name="covered">The bytes that the checksum covers, in its order.</param>
    /// <param name="from">The first byte to become garbage.</param>
    /// <param name="count">How many; 5 and up.</param>
    /// <param name="flip">The bit that seems to have turned over, counted from the first byte on; outside of what becomes garbage.</param>
    /// <param name="random">For the garbage.</param>
    public static void Apply(Span<byte> covered, int from, int count, long flip, ref DeterministicRandom random)
    {
        bool isInside = flip / 8 >= from && flip / 8 < from + count;
        Invariant.Holds(count > FreeBytes && from + count <= covered.Length && !isInside, "what imitates a flipped bit lies elsewhere", from, flip);
        int free = from + count - FreeBytes;
        byte[] garbage = new byte[count - FreeBytes];
        for (int i = 0; i < garbage.Length; i++) garbage[i] = (byte)random.Between(1, 256);
        uint wanted = Shift(BitOperations.Crc32C(0, (byte)(1 << (int)(flip % 8))), covered.Length - 1 - (flip / 8));
        uint given = 0;
        foreach (byte value in garbage) given = BitOperations.Crc32C(given, value);
        uint rest = Solve(wanted ^ Shift(given, covered.Length - free), covered.Length - free);
        for (int i = 0; i < garbage.Length; i++) covered[from + i] ^= garbage[i];
        for (int i = 0; i < FreeBytes; i++) covered[free + i] ^= (byte)(rest >> (8 * i));
    }

    /// <summary>Which of 32 bits, so many bytes before the end, together make this difference: the checksum is linear, and tells them apart.</summary>
    private static uint Solve(uint difference, int bytesFromFirst)
    {
        Span<uint> rows = stackalloc uint[32];
        Span<uint> made = stackalloc uint[32];
        for (int bit = 0; bit < 32; bit++)
        {
            uint row = Shift(BitOperations.Crc32C(0, (byte)(1 << (bit % 8))), bytesFromFirst - 1 - (bit / 8));
            uint from = 1u << bit;
            while (row != 0)
            {
                int top = BitOperations.Log2(row);
                if (rows[top] == 0)
                {
                    (rows[top], made[top]) = (row, from);
                    break;
                }

                row ^= rows[top];
                from ^= made[top];
            }
        }

        uint found = 0;
        while (difference != 0)
        {
            int top = BitOperations.Log2(difference);
            difference ^= rows[top];
            found ^= made[top];
        }

        return found;
    }

    /// <summary>A difference, so many bytes later.</summary>
    private static uint Shift(uint difference, long bytes)
    {
        for (; bytes > 0; bytes--) difference = BitOperations.Crc32C(difference, (byte)0);
        return difference;
    }
}
