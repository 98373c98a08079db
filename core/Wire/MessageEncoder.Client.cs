namespace DEngine.Core;

/// <content>Messages from and to native clients.</content>
public static partial class MessageEncoder
{
    /// <summary>Writes a <see cref="ClientCommand"/> with its payload.</summary>
    public static void Write(FrameBuffer buffer, in ClientCommand message, ReadOnlySpan<byte> payload)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.ClientCommand, 8 + 1 + (long)payload.Length));
        body.UInt64(message.Id);
        body.Byte((byte)message.Kind);
        body.Bytes(payload);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="ClientGet"/> with the key.</summary>
    public static void Write(FrameBuffer buffer, in ClientGet message, ReadOnlySpan<byte> key)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.ClientGet, 8 + 1 + (long)key.Length));
        body.UInt64(message.Id);
        body.Byte((byte)message.Consistency);
        body.Bytes(key);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="ClientScan"/>.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="message">The header.</param>
    /// <param name="prefix">Only keys that begin so; empty for all keys.</param>
    /// <param name="hasAfter">Whether to begin behind <paramref name="after"/> rather than at the prefix.</param>
    /// <param name="after">Last key of the page before; empty unless <paramref name="hasAfter"/>.</param>
    public static void Write(
        FrameBuffer buffer, in ClientScan message, ReadOnlySpan<byte> prefix, bool hasAfter = false, ReadOnlySpan<byte> after = default)
    {
        Invariant.Holds(hasAfter || after.IsEmpty, "an absent after-key is empty");
        long bodyBytes = 8 + 1 + 4 + 1 + 4 + (long)prefix.Length + after.Length;
        var body = new BodyWriter(buffer.Begin(MessageKind.ClientScan, bodyBytes));
        body.UInt64(message.Id);
        body.Byte((byte)message.Consistency);
        body.Int32(message.Limit);
        body.Boolean(hasAfter);
        body.Int32(prefix.Length);
        body.Bytes(prefix);
        body.Bytes(after);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="ClientResult"/> with the reply.</summary>
    public static void Write(FrameBuffer buffer, in ClientResult message, ReadOnlySpan<byte> reply)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.ClientResult, 8 + 1 + 4 + (long)reply.Length));
        body.UInt64(message.Id);
        body.Byte((byte)message.Status);
        body.UInt32(message.Leader.Value);
        body.Bytes(reply);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="ClientGetResult"/> with the value, empty when not found.</summary>
    public static void Write(FrameBuffer buffer, in ClientGetResult message, ReadOnlySpan<byte> value)
    {
        Invariant.Holds(message.Found || (value.IsEmpty && message.Revision == 0), "a key that was not found has no value and no revision");
        var body = new BodyWriter(buffer.Begin(MessageKind.ClientGetResult, 8 + 1 + 1 + 8 + (long)value.Length));
        body.UInt64(message.Id);
        body.Byte((byte)message.Status);
        body.Boolean(message.Found);
        body.Int64(message.Revision);
        body.Bytes(value);
        Finish(buffer, body);
    }

    /// <summary>Begins a <see cref="ClientScanResult"/>; records are added one by one. The buffer is the writer's until it ends.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="id">Id of the request.</param>
    public static ScanResultWriter BeginScanResult(FrameBuffer buffer, ulong id) => new(buffer, id);
}
