using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>
/// All sessions as they were at one instant. Made by the loop; written out by one other thread. Nothing in it is changed any more: a session that is used
/// meanwhile goes on with a copy of its replies.
/// </summary>
internal sealed class SessionCapture(ulong branch, CapturedSession[] sessions)
{
    private const int PieceBytes = 64 << 10;
    private const int BranchBytes = 8;
    private const int SessionHeaderBytes = 8 + 8 + 8 + 4;

    private bool _hasWrittenBranch = branch == 0 && sessions.Length == 0;
    private int _next;

    /// <summary>Writes the next piece, of whole sessions; false, with nothing written, when there are no more.</summary>
    internal bool WriteNext(IBufferWriter<byte> output)
    {
        if (_hasWrittenBranch && _next == sessions.Length) return false;
        long written = 0;
        if (!_hasWrittenBranch)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(BranchBytes), branch);
            output.Advance(BranchBytes);
            _hasWrittenBranch = true;
        }

        while (_next < sessions.Length && written < PieceBytes)
        {
            // A captured session is let go of as soon as it is written.
            CapturedSession session = sessions[_next];
            sessions[_next++] = default;
            Span<byte> header = output.GetSpan(SessionHeaderBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(header, session.Id);
            BinaryPrimitives.WriteInt64LittleEndian(header[8..], session.LastUsedIndex);
            BinaryPrimitives.WriteUInt64LittleEndian(header[16..], session.Replies.AcknowledgedBelow);
            BinaryPrimitives.WriteInt32LittleEndian(header[24..], session.Replies.Count);
            output.Advance(SessionHeaderBytes);
            written += SessionHeaderBytes + session.Replies.Write(output);
        }

        return true;
    }
}

/// <summary>One session of a capture.</summary>
internal readonly record struct CapturedSession(ulong Id, long LastUsedIndex, RememberedReplies Replies);
