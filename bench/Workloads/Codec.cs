using DEngine.Core;

namespace DEngine.Bench;

/// <summary>Frames of the two messages of which there are most.</summary>
internal sealed class Codec
{
    private readonly FrameBuffer _heartbeat = new();
    private readonly FrameBuffer _append = new();
    private readonly MessageDecoder _decoder = new();
    private readonly Entry[] _entries = new Entry[Sizes.AppendEntries];

    public Codec()
    {
        byte[] payload = new byte[Sizes.Payload];
        for (int i = 0; i < _entries.Length; i++) _entries[i] = new Entry(new LogPosition(1, i + 1), EntryKind.Command, payload);
        EncodeHeartbeat();
        EncodeAppend();
    }

    public void EncodeHeartbeat()
    {
        _heartbeat.Reset();
        MessageEncoder.Write(_heartbeat, new Heartbeat(Term: 1, CommitIndex: 1, Round: 1));
    }

    public void EncodeAppend()
    {
        _append.Reset();
        MessageEncoder.Write(_append, new AppendRequest(1, LogPosition.Origin, 0, Round: 1, _entries.Length), _entries);
    }

    public void DecodeHeartbeat() => Decode(_heartbeat.WrittenSpan);

    public void DecodeAppend() => Decode(_append.WrittenSpan);

    private void Decode(ReadOnlySpan<byte> bytes)
    {
        FrameResult frame = FrameParser.Parse(bytes, FrameFormat.PeerFrameBytesMax);
        var counter = new MessageCounter();
        DecodeError error = _decoder.DecodePeerMessage(bytes[..frame.Length], ref counter);
        Invariant.Holds(error == DecodeError.None && counter.Messages == 1, "what was encoded is decoded");
    }
}
