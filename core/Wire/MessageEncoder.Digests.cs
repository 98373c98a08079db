namespace DEngine.Core;

/// <content>Digests of what has been applied.</content>
public static partial class MessageEncoder
{
    /// <summary>Writes a <see cref="DigestNotice"/>.</summary>
    public static void Write(FrameBuffer buffer, in DigestNotice message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.DigestNotice, 8 + 8 + 8 + 1));
        body.Int64(message.Term);
        body.Int64(message.Index);
        body.UInt64(message.Digest);
        body.Boolean(message.ByMajority);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="DigestReport"/>.</summary>
    public static void Write(FrameBuffer buffer, in DigestReport message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.DigestReport, 8 + 8 + 8));
        body.Int64(message.Term);
        body.Int64(message.Index);
        body.UInt64(message.Digest);
        Finish(buffer, body);
    }
}
