using System.Buffers.Binary;

namespace DEngine.Core;

/// <content>
/// Sessions in a snapshot: u64 branch of history; then, least recently used first and in pieces of whole sessions, u64 id, u64 last used index,
/// u64 acknowledged below, u32 replies, then the replies (<see cref="RememberedReplies"/>). Little-endian. Without sessions and branch: nothing.
/// </content>
internal sealed partial class SessionTable
{
    private const int BranchBytes = 8;
    private const int SessionHeaderBytes = 8 + 8 + 8 + 4;

    private bool _hasReadBranch;

    /// <summary>
    /// All sessions as they are now, to be written out by another thread. Costs a few bytes for each session, however many replies it remembers: those are
    /// copied when they change, one session at a time.
    /// </summary>
    internal SessionCapture Capture()
    {
        var sessions = new CapturedSession[_byId.Count];
        int count = 0;
        for (Session? session = _leastRecent; session is not null; session = session.MoreRecent)
        {
            session.Replies.IsCaptured = true;
            sessions[count++] = new CapturedSession(session.Id, session.LastUsedIndex, session.Replies);
        }

        return new SessionCapture(_branch, sessions);
    }

    /// <summary>Adds the sessions of a piece behind those that are there.</summary>
    /// <exception cref="InvalidDataException">They make no sense, or are more than this node may have.</exception>
    internal void ReadFrom(ReadOnlySpan<byte> piece)
    {
        if (!_hasReadBranch)
        {
            if (piece.Length < BranchBytes) throw Malformed("does not say which branch of history its sessions are of");
            _branch = BinaryPrimitives.ReadUInt64LittleEndian(piece);
            piece = piece[BranchBytes..];
            _hasReadBranch = true;
        }

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

    private static InvalidDataException Malformed(string what) =>
        new($"The sessions of a snapshot cannot be taken over: the snapshot {what}. All nodes of a cluster need the same session options and version.");
}
