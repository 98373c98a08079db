namespace DEngine.Core;

/// <content>What fills a gap that damage has left in a log.</content>
public sealed partial class MessageDecoder
{
    private static DecodeError OnFillRequest<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new FillRequest(body.Position(), body.Int64(min: 1));
        body.Require(message.Anchor.Index >= message.From);
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnFillRequest(message);
        return error;
    }

    private DecodeError OnFillAnswer<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new FillAnswer(body.Position(), new LogPosition(body.Int64(min: 0), body.Int64(min: 0)), body.Int32(min: 0));
        LogPosition previous = message.Previous;
        body.Require(message.Anchor.Index >= 1 && previous.Term <= message.Anchor.Term && (previous.Term == 0 || previous.Index > 0));
        body.Require(message.Anchor.Index - 1 - previous.Index == message.EntryCount);
        if (body.Failed) return body.Error;
        if (message.EntryCount > body.Remaining / Entry.HeaderSize) return DecodeError.Truncated;

        ReadOnlySpan<byte> headers = body.Bytes((uint)(message.EntryCount * Entry.HeaderSize));
        ReadOnlySpan<byte> payloads = body.Rest();
        DecodeError error = VerifyEntries(previous, message.Anchor.Term, headers, payloads.Length);
        if (error != DecodeError.None) return error;

        ReadEntries(headers, payloads);
        handler.OnFillAnswer(message, _entries.AsSpan(0, message.EntryCount));
        ReleaseEntries(message.EntryCount);
        return DecodeError.None;
    }
}
