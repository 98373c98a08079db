using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>
/// Turns frames into calls of a handler. Knows no connection. Total: for any bytes whatever it either calls the handler once or returns
/// an error, and never throws. Nothing is allocated before the counts have been held against the bytes that are there. One decoder serves
/// any number of connections of one thread; a handler must not call back into the decoder that is calling it.
/// </summary>
public sealed partial class MessageDecoder
{
    /// <summary>Decodes a message between nodes.</summary>
    /// <param name="frame">One whole frame, as <see cref="FrameParser"/> found it: its checksums are not looked at again.</param>
    /// <param name="handler">Called once if, and only if, <see cref="DecodeError.None"/> is returned.</param>
    public DecodeError DecodePeerMessage<THandler>(ReadOnlySpan<byte> frame, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        DecodeError error = Open(frame, out MessageKind kind, out BodyReader body);
        if (error != DecodeError.None) return error;
        switch (kind)
        {
            case MessageKind.AppendRequest: return OnAppendRequest(ref body, ref handler);
            case MessageKind.AppendAccepted: return OnAppendAccepted(ref body, ref handler);
            case MessageKind.AppendRejected: return OnAppendRejected(ref body, ref handler);
            case MessageKind.Heartbeat: return OnHeartbeat(ref body, ref handler);
            case MessageKind.HeartbeatResponse: return OnHeartbeatResponse(ref body, ref handler);
            case MessageKind.SnapshotChunk: return OnSnapshotChunk(ref body, ref handler);
            case MessageKind.SnapshotProgress: return OnSnapshotProgress(ref body, ref handler);
            case MessageKind.DigestNotice: return OnDigestNotice(ref body, ref handler);
            case MessageKind.DigestReport: return OnDigestReport(ref body, ref handler);
            case MessageKind.RecoveryNotice: return OnRecoveryNotice(ref body, ref handler);
            case MessageKind.IdentityNotice: return OnIdentityNotice(ref body, ref handler);
            case MessageKind.PreVoteRequest: return OnPreVoteRequest(ref body, ref handler);
            case MessageKind.PreVoteResponse: return OnPreVoteResponse(ref body, ref handler);
            case MessageKind.VoteRequest: return OnVoteRequest(ref body, ref handler);
            case MessageKind.VoteResponse: return OnVoteResponse(ref body, ref handler);
            case MessageKind.TimeoutNow: return OnTimeoutNow(ref body, ref handler);
            case MessageKind.StaleTerm: return OnStaleTerm(ref body, ref handler);
            case MessageKind.ReadIndexRequest: return OnReadIndexRequest(ref body, ref handler);
            case MessageKind.ReadIndexResponse: return OnReadIndexResponse(ref body, ref handler);
            case MessageKind.ForwardedCommand: return OnForwardedCommand(ref body, ref handler);
            case MessageKind.ForwardedResult: return OnForwardedResult(ref body, ref handler);
            case MessageKind.FillRequest: return OnFillRequest(ref body, ref handler);
            case MessageKind.FillAnswer: return OnFillAnswer(ref body, ref handler);
            case MessageKind.ClientCommand:
            case MessageKind.ClientGet:
            case MessageKind.ClientScan:
            case MessageKind.ClientResult:
            case MessageKind.ClientGetResult:
            case MessageKind.ClientScanResult:
                return DecodeError.UnexpectedKind;
            default: return DecodeError.UnknownKind;
        }
    }

    private static DecodeError Open(ReadOnlySpan<byte> frame, out MessageKind kind, out BodyReader body)
    {
        kind = default;
        body = default;
        if (frame.Length < FrameFormat.OverheadBytes) return DecodeError.Truncated;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        if (length != (uint)(frame.Length - FrameFormat.HeaderBytes)) return DecodeError.LengthMismatch;
        kind = (MessageKind)frame[FrameFormat.KindOffset];
        body = new BodyReader(frame[FrameFormat.BodyOffset..]);
        return DecodeError.None;
    }

    private static DecodeError OnPreVoteRequest<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new PreVoteRequest(body.Int64(min: 1), body.Position(), body.Identity(), body.Identity());
        body.Require(message.LastLog.Term <= message.Term);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnPreVoteRequest(message);
        return error;
    }

    private static DecodeError OnPreVoteResponse<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new PreVoteResponse(body.Int64(min: 0), body.Boolean(), body.Identity());
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnPreVoteResponse(message);
        return error;
    }

    private static DecodeError OnVoteRequest<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new VoteRequest(body.Int64(min: 1), body.Position(), body.Boolean(), body.Identity(), body.Identity());
        body.Require(message.LastLog.Term <= message.Term);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnVoteRequest(message);
        return error;
    }

    private static DecodeError OnVoteResponse<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new VoteResponse(body.Int64(min: 0), body.Boolean(), body.Identity(), body.Identity(), body.Boolean());
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnVoteResponse(message);
        return error;
    }

    private static DecodeError OnTimeoutNow<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new TimeoutNow(body.Int64(min: 1));
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnTimeoutNow(message);
        return error;
    }

    private static DecodeError OnStaleTerm<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new StaleTerm(body.Int64(min: 1));
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnStaleTerm(message);
        return error;
    }

    private static DecodeError OnReadIndexRequest<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new ReadIndexRequest(body.UInt64(), body.Enum<ReadConsistency>());
        body.Require(message.Consistency != ReadConsistency.Eventual);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnReadIndexRequest(message);
        return error;
    }

    private static DecodeError OnReadIndexResponse<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new ReadIndexResponse(body.UInt64(), body.Int64(min: -1));
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnReadIndexResponse(message);
        return error;
    }

    private static DecodeError OnForwardedCommand<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new ForwardedCommand(body.UInt64(), body.Enum<EntryKind>());
        ReadOnlySpan<byte> payload = body.Rest();
        body.Require(message.Kind is EntryKind.Command or EntryKind.RegisterSession);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnForwardedCommand(message, payload);
        return error;
    }

    private static DecodeError OnForwardedResult<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new ForwardedResult(body.UInt64(), body.Enum<CommandStatus>());
        ReadOnlySpan<byte> reply = body.Rest();
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnForwardedResult(message, reply);
        return error;
    }
}
