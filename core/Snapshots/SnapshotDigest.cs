using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>What a snapshot says of itself, behind its state.</summary>
/// <param name="Applied">Digest of everything applied up to its end, see <see cref="Applier.Digest"/>: whoever restores it goes on from there.</param>
/// <param name="State">The state machine's own, see <see cref="IStateMachine.StateDigest"/>: what is read must come to the same.</param>
public readonly record struct SnapshotDigest(ulong Applied, ulong State)
{
    private const int Size = sizeof(ulong) + sizeof(ulong);

    internal void Write(IBufferWriter<byte> output)
    {
        Span<byte> bytes = output.GetSpan(Size);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Applied);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[sizeof(ulong)..], State);
        output.Advance(Size);
    }

    internal static bool TryRead(ReadOnlySpan<byte> piece, out SnapshotDigest digest)
    {
        digest = default;
        if (piece.Length != Size) return false;
        digest = new SnapshotDigest(BinaryPrimitives.ReadUInt64LittleEndian(piece), BinaryPrimitives.ReadUInt64LittleEndian(piece[sizeof(ulong)..]));
        return true;
    }
}
