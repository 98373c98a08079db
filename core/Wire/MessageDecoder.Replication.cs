using System.Buffers.Binary;
using System.Numerics;

namespace DEngine.Core;

/// <content>Replication: entries, their answers, heartbeats.</content>
public sealed partial class MessageDecoder
{
    /// <summary>A larger array of entries is let go after the frame that needed it.</summary>
    private const int EntriesKeptMax = 16 * 1024;

    private Entry[] _entries = new Entry[64];

    private DecodeError OnAppendRequest<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new AppendRequest(
            body.Int64(min: 1), body.Position(), body.Int64(min: 0), body.Int64(min: 0), body.Int32(min: 0));
        int count = message.EntryCount;
        body.Require(message.Previous.Term <= message.Term && message.Previous.Index <= long.MaxValue - count);
        if (body.Failed) return body.Error;
        if (count > body.Remaining / Entry.HeaderSize) return DecodeError.Truncated;

        ReadOnlySpan<byte> headers = body.Bytes((uint)(count * Entry.HeaderSize));
        ReadOnlySpan<byte> payloads = body.Rest();
        DecodeError error = VerifyEntries(message.Previous, message.Term, headers, payloads.Length);
        if (error != DecodeError.None) return error;

        ReadEntries(headers, payloads);
        handler.OnAppendRequest(message, _entries.AsSpan(0, count));
        ReleaseEntries(count);
        return DecodeError.None;
    }

    private static DecodeError VerifyEntries(LogPosition previous, long termMax, ReadOnlySpan<byte> headers, int payloadBytes)
    {
        LogPosition last = previous;
        long remaining = payloadBytes;
        for (; !headers.IsEmpty; headers = headers[Entry.HeaderSize..])
        {
            EntryHeader header = EntryHeader.Read(headers);
            if (header.Position.Index != last.Index + 1) return DecodeError.EntriesOutOfOrder;
            if (header.Position.Term < Math.Max(last.Term, 1) || header.Position.Term > termMax) return DecodeError.EntriesOutOfOrder;
            if (header.Kind > byte.MaxValue || !Enum.IsDefined((EntryKind)header.Kind)) return DecodeError.InvalidField;
            if ((EntryKind)header.Kind == EntryKind.Noop && header.PayloadBytes != 0) return DecodeError.InvalidField;
            remaining -= header.PayloadBytes;
            if (remaining < 0) return DecodeError.Truncated;
            last = header.Position;
        }

        return remaining == 0 ? DecodeError.None : DecodeError.TrailingBytes;
    }

    /// <summary>One copy for all payloads: they live on in the log, the frame's buffer does not.</summary>
    private void ReadEntries(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payloads)
    {
        int count = headers.Length / Entry.HeaderSize;
        if (count > _entries.Length) _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)count)];

        byte[] kept = payloads.IsEmpty ? [] : GC.AllocateUninitializedArray<byte>(payloads.Length);
        payloads.CopyTo(kept);
        ReadOnlyMemory<byte> rest = kept;
        for (int i = 0; i < count; i++)
        {
            EntryHeader header = EntryHeader.Read(headers[(i * Entry.HeaderSize)..]);
            int payloadBytes = (int)header.PayloadBytes;
            _entries[i] = new Entry(header.Position, (EntryKind)header.Kind, rest[..payloadBytes]);
            rest = rest[payloadBytes..];
        }
    }

    private void ReleaseEntries(int count)
    {
        if (_entries.Length > EntriesKeptMax) _entries = new Entry[EntriesKeptMax];
        else _entries.AsSpan(0, count).Clear();
    }

    private static DecodeError OnAppendAccepted<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new AppendAccepted(body.Int64(min: 1), body.Position(), body.Int64(min: 0), body.UInt64(), body.Identity());
        body.Require(message.Match.Term <= message.Term);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnAppendAccepted(message);
        return error;
    }

    private static DecodeError OnAppendRejected<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new AppendRejected(body.Int64(min: 1), body.Int64(min: 0), body.Position(), body.Int64(min: 0), body.Identity());
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnAppendRejected(message);
        return error;
    }

    private static DecodeError OnHeartbeat<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new Heartbeat(body.Int64(min: 1), body.Int64(min: 0), body.Int64(min: 0));
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnHeartbeat(message);
        return error;
    }

    private static DecodeError OnHeartbeatResponse<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new HeartbeatResponse(body.Int64(min: 1), body.Int64(min: 0), body.Identity());
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnHeartbeatResponse(message);
        return error;
    }

    private static DecodeError OnSnapshotChunk<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new SnapshotChunk(body.Int64(min: 1), Snapshot(ref body), body.Int64(min: 0));
        ReadOnlySpan<byte> bytes = body.Rest();
        body.Require(message.Snapshot.Last.Term <= message.Term && message.Offset <= message.Snapshot.Bytes - bytes.Length);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnSnapshotChunk(message, bytes);
        return error;
    }

    private static DecodeError OnSnapshotProgress<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new SnapshotProgress(body.Int64(min: 1), Snapshot(ref body), body.Int64(min: 0), body.Identity());
        body.Require(message.NextOffset <= message.Snapshot.Bytes);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnSnapshotProgress(message);
        return error;
    }

    private static DecodeError OnRecoveryNotice<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new RecoveryNotice(
            body.Int64(min: 0), body.Enum<RecoveryStep>(), body.UInt64(), body.Position(), body.Enum<RecoveryReason>(), body.Boolean(),
            body.Identity());
        body.Require(message.Last.Term <= message.Term);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnRecoveryNotice(message);
        return error;
    }

    private static DecodeError OnIdentityNotice<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new IdentityNotice(body.Int64(min: 1), body.Identity());
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnIdentityNotice(message);
        return error;
    }

    private static SnapshotId Snapshot(ref BodyReader body)
    {
        var snapshot = new SnapshotId(body.Position(), body.Int64(min: 1), body.UInt32());
        body.Require(!snapshot.IsNone);
        return snapshot;
    }

    private readonly record struct EntryHeader(LogPosition Position, uint PayloadBytes, uint Kind)
    {
        /// <summary>Callers have made sure of <see cref="Entry.HeaderSize"/> bytes.</summary>
        public static EntryHeader Read(ReadOnlySpan<byte> bytes) => new(
            new LogPosition(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..])),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]));
    }
}
