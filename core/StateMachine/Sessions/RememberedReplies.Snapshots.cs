using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <content>Replies in a snapshot: u64 sequence, i32 and u32 of the command's fingerprint, i32 length, the reply. In order of sequence.</content>
internal sealed partial class RememberedReplies
{
    private const int ReplyHeaderBytes = 8 + 4 + 4 + 4;

    internal int Count
    {
        get
        {
            int count = 0;
            foreach (ref readonly Slot slot in _ring.AsSpan())
            {
                if (slot.Sequence != 0) count++;
            }

            return count;
        }
    }

    /// <summary>Writes all replies; how many bytes that were.</summary>
    internal long Write(IBufferWriter<byte> output)
    {
        long written = 0;
        for (ulong i = 0; i < (ulong)_ring.Length; i++)
        {
            ref Slot slot = ref SlotOf(AcknowledgedBelow + i);
            if (slot.Sequence == 0) continue;
            Span<byte> bytes = output.GetSpan(ReplyHeaderBytes + slot.Reply.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, slot.Sequence);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], slot.Command.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], slot.Command.Crc32C);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], slot.Reply.Length);
            slot.Reply.CopyTo(bytes[ReplyHeaderBytes..]);
            output.Advance(ReplyHeaderBytes + slot.Reply.Length);
            written += ReplyHeaderBytes + slot.Reply.Length;
        }

        return written;
    }

    /// <summary>Takes in one reply and moves <paramref name="piece"/> behind it; false when that is none that can be remembered here.</summary>
    internal bool TryRead(ref ReadOnlySpan<byte> piece)
    {
        if (piece.Length < ReplyHeaderBytes) return false;
        ulong sequence = BinaryPrimitives.ReadUInt64LittleEndian(piece);
        int commandLength = BinaryPrimitives.ReadInt32LittleEndian(piece[8..]);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(piece[12..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(piece[16..]);
        piece = piece[ReplyHeaderBytes..];
        if (commandLength < 0 || length < 0 || length > piece.Length || !Fits(sequence) || TryGet(sequence, out _, out _)) return false;
        Remember(sequence, new CommandFingerprint(commandLength, crc), piece[..length]);
        piece = piece[length..];
        return true;
    }
}
