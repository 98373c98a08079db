using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <content>
/// Sessions in a snapshot, least recently used first, in pieces of whole sessions: u64 id, u64 last used index, u64 acknowledged below, u32 replies, then the
/// replies (<see cref="RememberedReplies"/>). Little-endian.
/// </content>
internal sealed partial class SessionTable
{
    private const int PieceBytes = 64 << 10;
    private const int SessionHeaderBytes = 8 + 8 + 8 + 4;

    /// <summary>All sessions as they are now.</summary>
    internal Queue<byte[]> Write()
    {
        var pieces = new Queue<byte[]>();
        var piece = new ArrayBufferWriter<byte>();
        for (Session? session = _leastRecent; session is not null; session = session.MoreRecent)
        {
            Span<byte> header = piece.GetSpan(SessionHeaderBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(header, session.Id);
            BinaryPrimitives.WriteInt64LittleEndian(header[8..], session.LastUsedIndex);
            BinaryPrimitives.WriteUInt64LittleEndian(header[16..], session.Replies.AcknowledgedBelow);
            BinaryPrimitives.WriteInt32LittleEndian(header[24..], session.Replies.Count);
            piece.Advance(SessionHeaderBytes);
            session.Replies.Write(piece);
            if (piece.WrittenCount >= PieceBytes) Finish(piece, pieces);
        }

        Finish(piece, pieces);
        return pieces;
    }

    /// <summary>Adds the sessions of a piece behind those that are there.</summary>
    /// <exception cref="InvalidDataException">They make no sense, or are more than this node may have.</exception>
    internal void ReadFrom(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            if (piece.Length < SessionHeaderBytes) throw Malformed("ends within a session");
            ulong id = BinaryPrimitives.ReadUInt64LittleEndian(piece);
            long lastUsed = BinaryPrimitives.ReadInt64LittleEndian(piece[8..]);
            ulong acknowledgedBelow = BinaryPrimitives.ReadUInt64LittleEndian(piece[16..]);
            int replies = BinaryPrimitives.ReadInt32LittleEndian(piece[24..]);
            piece = piece[SessionHeaderBytes..];
            bool follows = lastUsed > (_mostRecent?.LastUsedIndex ?? 0) && !_byId.ContainsKey(id);
            if (id == 0 || !follows) throw Malformed($"lists session {id} out of order");
            if (_byId.Count == _options.SessionsMax) throw Malformed($"holds more than the {_options.SessionsMax} sessions that this node may have");
            var session = new Session(id, _options.RememberedRepliesMax);
            session.Replies.Acknowledge(acknowledgedBelow);
            for (; replies > 0; replies--)
            {
                if (!session.Replies.TryRead(ref piece)) throw Malformed($"holds a reply of session {id} that does not fit");
            }

            _byId.Add(id, session);
            AppendAsMostRecent(session, lastUsed);
        }
    }

    private static void Finish(ArrayBufferWriter<byte> piece, Queue<byte[]> pieces)
    {
        if (piece.WrittenCount == 0) return;
        pieces.Enqueue(piece.WrittenSpan.ToArray());
        piece.ResetWrittenCount();
    }

    private static InvalidDataException Malformed(string what) =>
        new($"The sessions of a snapshot cannot be taken over: the snapshot {what}. All nodes of a cluster need the same session options and version.");
}
