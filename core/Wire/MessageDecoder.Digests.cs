namespace DEngine.Core;

/// <content>Digests of what has been applied.</content>
public sealed partial class MessageDecoder
{
    private static DecodeError OnDigestNotice<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new DigestNotice(body.Int64(min: 1), body.Int64(min: 1), body.UInt64(), body.Boolean());
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnDigestNotice(message);
        return error;
    }

    private static DecodeError OnDigestReport<THandler>(ref BodyReader body, ref THandler handler)
        where THandler : struct, IPeerMessageHandler, allows ref struct
    {
        var message = new DigestReport(body.Int64(min: 1), body.Int64(min: 1), body.UInt64());
        DecodeError error = body.End();
        if (error == DecodeError.None) handler.OnDigestReport(message);
        return error;
    }
}
