using System.Buffers.Binary;
using System.Numerics;

namespace DEngine.Core;

/// <summary>
/// A 64-bit digest of a sequence of numbers and byte strings: the same on every machine, sensitive to order. Tells replicas that have drifted apart; no
/// defence against someone who looks for a collision. Each word is mixed by multiply-rotate-multiply as in xxHash64, the end by its avalanche.
/// A mutable struct.
/// </summary>
internal struct StateHash
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;

    private ulong _state;

    internal void Add(ulong word) =>
        _state = BitOperations.RotateLeft(_state ^ (BitOperations.RotateLeft(word * Prime2, 31) * Prime1), 27) * Prime1 + Prime3;

    /// <summary>Adds the length, then the bytes: two strings in a row are not confused with the same bytes cut elsewhere.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
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
}
