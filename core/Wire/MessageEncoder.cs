namespace DEngine.Core;

/// <summary>
/// Writes messages between nodes, each as one frame behind those already in the buffer. Allocates nothing once the buffer has grown. See
/// docs/wire-format.md for the bytes.
/// </summary>
public static partial class MessageEncoder
{
    private const int AppendHeaderBytes = 8 + BodyWriter.PositionBytes + 8 + 8 + 4;

    /// <summary>Whole frame of an <see cref="AppendRequest"/> without entries; each entry adds its <see cref="Entry.Size"/>.</summary>
    public const int AppendRequestOverheadBytes = FrameFormat.OverheadBytes + AppendHeaderBytes;

    /// <summary>Writes a <see cref="PreVoteRequest"/>.</summary>
    public static void Write(FrameBuffer buffer, in PreVoteRequest message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.PreVoteRequest, 8 + BodyWriter.PositionBytes + (2 * BodyWriter.IdentityBytes)));
        body.Int64(message.Term);
        body.Position(message.LastLog);
        body.Identity(message.Candidate);
        body.Identity(message.Voter);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="PreVoteResponse"/>.</summary>
    public static void Write(FrameBuffer buffer, in PreVoteResponse message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.PreVoteResponse, 8 + 1 + BodyWriter.IdentityBytes));
        body.Int64(message.Term);
        body.Boolean(message.Granted);
        body.Identity(message.Candidate);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="VoteRequest"/>.</summary>
    public static void Write(FrameBuffer buffer, in VoteRequest message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.VoteRequest, 8 + BodyWriter.PositionBytes + 1 + (2 * BodyWriter.IdentityBytes)));
        body.Int64(message.Term);
        body.Position(message.LastLog);
        body.Boolean(message.LeadershipTransfer);
        body.Identity(message.Candidate);
        body.Identity(message.Voter);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="VoteResponse"/>.</summary>
    public static void Write(FrameBuffer buffer, in VoteResponse message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.VoteResponse, 8 + 1 + (2 * BodyWriter.IdentityBytes) + 1));
        body.Int64(message.Term);
        body.Boolean(message.Granted);
        body.Identity(message.Candidate);
        body.Identity(message.Voter);
        body.Boolean(message.IsLossAccepted);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="TimeoutNow"/>.</summary>
    public static void Write(FrameBuffer buffer, in TimeoutNow message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.TimeoutNow, 8));
        body.Int64(message.Term);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="StaleTerm"/>.</summary>
    public static void Write(FrameBuffer buffer, in StaleTerm message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.StaleTerm, 8));
        body.Int64(message.Term);
        Finish(buffer, body);
    }

    /// <summary>
    /// Writes an <see cref="AppendRequest"/> with its entries, which are those of <paramref name="first"/> and then those of
    /// <paramref name="second"/>: a log kept in a ring hands out its entries in up to two pieces.
    /// </summary>
    public static void Write(FrameBuffer buffer, in AppendRequest message, ReadOnlySpan<Entry> first, ReadOnlySpan<Entry> second = default)
    {
        Invariant.Holds(message.EntryCount == first.Length + second.Length, "an append request carries the entries that it announces");
        long bodyBytes = AppendHeaderBytes + SizeOf(first) + SizeOf(second);
        var body = new BodyWriter(buffer.Begin(MessageKind.AppendRequest, bodyBytes));
        body.Int64(message.Term);
        body.Position(message.Previous);
        body.Int64(message.CommitIndex);
        body.Int64(message.Round);
        body.Int32(message.EntryCount);
        EntryHeaders(ref body, first, message.Previous.Index + 1);
        EntryHeaders(ref body, second, message.Previous.Index + 1 + first.Length);
        foreach (ref readonly Entry entry in first) body.Bytes(entry.Payload.Span);
        foreach (ref readonly Entry entry in second) body.Bytes(entry.Payload.Span);
        Finish(buffer, body);
    }

    /// <summary>Writes an <see cref="AppendAccepted"/>.</summary>
    public static void Write(FrameBuffer buffer, in AppendAccepted message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.AppendAccepted, 8 + BodyWriter.PositionBytes + 8 + 8 + BodyWriter.IdentityBytes));
        body.Int64(message.Term);
        body.Position(message.Match);
        body.Int64(message.Round);
        body.UInt64(message.Recovery);
        body.Identity(message.Follower);
        Finish(buffer, body);
    }

    /// <summary>Writes an <see cref="AppendRejected"/>.</summary>
    public static void Write(FrameBuffer buffer, in AppendRejected message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.AppendRejected, 8 + 8 + BodyWriter.PositionBytes + 8 + BodyWriter.IdentityBytes));
        body.Int64(message.Term);
        body.Int64(message.PreviousIndex);
        body.Position(message.Hint);
        body.Int64(message.Round);
        body.Identity(message.Follower);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="Heartbeat"/>.</summary>
    public static void Write(FrameBuffer buffer, in Heartbeat message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.Heartbeat, 8 + 8 + 8));
        body.Int64(message.Term);
        body.Int64(message.CommitIndex);
        body.Int64(message.Round);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="HeartbeatResponse"/>.</summary>
    public static void Write(FrameBuffer buffer, in HeartbeatResponse message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.HeartbeatResponse, 8 + 8 + BodyWriter.IdentityBytes));
        body.Int64(message.Term);
        body.Int64(message.Round);
        body.Identity(message.Follower);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="SnapshotChunk"/> with its bytes.</summary>
    public static void Write(FrameBuffer buffer, in SnapshotChunk message, ReadOnlySpan<byte> bytes)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.SnapshotChunk, 8 + BodyWriter.SnapshotBytes + 8 + (long)bytes.Length));
        body.Int64(message.Term);
        body.Snapshot(message.Snapshot);
        body.Int64(message.Offset);
        body.Bytes(bytes);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="SnapshotProgress"/>.</summary>
    public static void Write(FrameBuffer buffer, in SnapshotProgress message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.SnapshotProgress, 8 + BodyWriter.SnapshotBytes + 8 + BodyWriter.IdentityBytes));
        body.Int64(message.Term);
        body.Snapshot(message.Snapshot);
        body.Int64(message.NextOffset);
        body.Identity(message.Follower);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="RecoveryNotice"/>.</summary>
    public static void Write(FrameBuffer buffer, in RecoveryNotice message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.RecoveryNotice, 8 + 1 + 8 + BodyWriter.PositionBytes + 1 + 1 + BodyWriter.IdentityBytes));
        body.Int64(message.Term);
        body.Byte((byte)message.Step);
        body.UInt64(message.Id);
        body.Position(message.Last);
        body.Byte((byte)message.Reason);
        body.Boolean(message.KnowsLeader);
        body.Identity(message.Sender);
        Finish(buffer, body);
    }

    /// <summary>Writes an <see cref="IdentityNotice"/>.</summary>
    public static void Write(FrameBuffer buffer, in IdentityNotice message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.IdentityNotice, 8 + BodyWriter.IdentityBytes));
        body.Int64(message.Term);
        body.Identity(message.Known);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="ReadIndexRequest"/>.</summary>
    public static void Write(FrameBuffer buffer, in ReadIndexRequest message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.ReadIndexRequest, 8 + 1));
        body.UInt64(message.Id);
        body.Byte((byte)message.Consistency);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="ReadIndexResponse"/>.</summary>
    public static void Write(FrameBuffer buffer, in ReadIndexResponse message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.ReadIndexResponse, 8 + 8));
        body.UInt64(message.Id);
        body.Int64(message.Index);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="ForwardedCommand"/> with its payload.</summary>
    public static void Write(FrameBuffer buffer, in ForwardedCommand message, ReadOnlySpan<byte> payload)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.ForwardedCommand, 8 + 1 + (long)payload.Length));
        body.UInt64(message.Id);
        body.Byte((byte)message.Kind);
        body.Bytes(payload);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="ForwardedResult"/> with the reply.</summary>
    public static void Write(FrameBuffer buffer, in ForwardedResult message, ReadOnlySpan<byte> reply)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.ForwardedResult, 8 + 1 + (long)reply.Length));
        body.UInt64(message.Id);
        body.Byte((byte)message.Status);
        body.Bytes(reply);
        Finish(buffer, body);
    }

    private static long SizeOf(ReadOnlySpan<Entry> entries)
    {
        long bytes = 0;
        foreach (ref readonly Entry entry in entries) bytes += entry.Size;
        return bytes;
    }

    private static void EntryHeaders(ref BodyWriter body, ReadOnlySpan<Entry> entries, long index)
    {
        foreach (ref readonly Entry entry in entries)
        {
            Invariant.Holds(entry.Index == index, "entries leave without gaps", entry.Index, index);
            body.Position(entry.Position);
            body.Int32(entry.Payload.Length);
            body.UInt32((uint)entry.Kind);
            index++;
        }
    }

    private static void Finish(FrameBuffer buffer, BodyWriter body)
    {
        Invariant.Holds(body.Remaining == 0, "a body is as long as announced");
        buffer.End();
    }
}
