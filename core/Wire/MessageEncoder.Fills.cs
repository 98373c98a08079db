namespace DEngine.Core;

/// <content>What fills a gap that damage has left in a log.</content>
public static partial class MessageEncoder
{
    private const int FillHeaderBytes = BodyWriter.PositionBytes + 8 + 8 + 4;

    /// <summary>Writes a <see cref="FillRequest"/>.</summary>
    public static void Write(FrameBuffer buffer, in FillRequest message)
    {
        var body = new BodyWriter(buffer.Begin(MessageKind.FillRequest, BodyWriter.PositionBytes + 8));
        body.Position(message.Anchor);
        body.Int64(message.From);
        Finish(buffer, body);
    }

    /// <summary>Writes a <see cref="FillAnswer"/> with its entries.</summary>
    public static void Write(FrameBuffer buffer, in FillAnswer message, ReadOnlySpan<Entry> entries)
    {
        Invariant.Holds(message.EntryCount == entries.Length, "an answer carries the entries that it announces");
        var body = new BodyWriter(buffer.Begin(MessageKind.FillAnswer, FillHeaderBytes + SizeOf(entries)));
        body.Position(message.Anchor);
        body.Int64(message.Previous.Term);
        body.Int64(message.Previous.Index);
        body.Int32(message.EntryCount);
        EntryHeaders(ref body, entries, message.Previous.Index + 1);
        foreach (ref readonly Entry entry in entries) body.Bytes(entry.Payload.Span);
        Finish(buffer, body);
    }
}
