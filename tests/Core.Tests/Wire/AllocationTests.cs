namespace DEngine.Core.Tests.Wire;

/// <summary>The hot path's budget: none, save for the payloads that the log keeps.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 100;

    private readonly byte[] _payload = new byte[100];
    private readonly Entry[] _entries = new Entry[10];
    private readonly FrameBuffer _buffer = new();

    public AllocationTests()
    {
        for (int i = 0; i < _entries.Length; i++) _entries[i] = new Entry(new LogPosition(1, i + 1), EntryKind.Command, _payload);
    }

    [Fact]
    public void Encoding_any_message_allocates_nothing() => Assert.Equal(0, Allocated(EncodeAll));

    [Fact]
    public void Parsing_and_decoding_every_peer_message_without_entries_allocates_nothing()
    {
        EncodePeerMessages();
        var decoder = new MessageDecoder();
        Assert.Equal(0, Allocated(() => DecodeAll(decoder, _buffer.WrittenSpan, messages: 14)));
    }

    [Fact]
    public void Decoding_entries_allocates_one_array_for_all_payloads_and_nothing_else()
    {
        MessageEncoder.Write(_buffer, new AppendRequest(1, LogPosition.Origin, 0, 1, _entries.Length), _entries);
        var decoder = new MessageDecoder();
        long allocated = Allocated(() => DecodeAll(decoder, _buffer.WrittenSpan, messages: 1));
        int array = _payload.Length * _entries.Length + 24;
        Assert.Equal(Rounds * array, allocated);
    }

    private static long Allocated(Action action)
    {
        for (int i = 0; i < 3; i++) action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++) action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void DecodeAll(MessageDecoder decoder, ReadOnlySpan<byte> rest, int messages)
    {
        var handler = new SizingHandler();
        while (!rest.IsEmpty)
        {
            FrameResult frame = FrameParser.Parse(rest, FrameFormat.PeerFrameBytesMax);
            decoder.DecodePeerMessage(rest[..frame.Length], ref handler);
            rest = rest[frame.Length..];
        }

        Invariant.Holds(handler.Messages == messages, "every frame was decoded");
    }

    private void EncodeAll()
    {
        EncodePeerMessages();
        MessageEncoder.Write(_buffer, new AppendRequest(1, LogPosition.Origin, 0, 1, 10), _entries.AsSpan(0, 4), _entries.AsSpan(4));
        MessageEncoder.Write(_buffer, new ClientCommand(1, EntryKind.Command), _payload);
        MessageEncoder.Write(_buffer, new ClientResult(1, CommandStatus.Applied, new NodeId(1)), _payload);
        MessageEncoder.Write(_buffer, new ClientGet(1, ReadConsistency.Lease), _payload);
        MessageEncoder.Write(_buffer, new ClientGetResult(1, ReadStatus.Ready, true, 1), _payload);
        MessageEncoder.Write(_buffer, new ClientScan(1, ReadConsistency.Lease, 10), _payload, hasAfter: true, _payload);
        ScanResultWriter scan = MessageEncoder.BeginScanResult(_buffer, 1);
        for (int i = 0; i < 5; i++) scan.TryAdd(_payload, _payload, i);
        scan.End(ReadStatus.Ready, more: false, revision: 1);
    }

    private void EncodePeerMessages()
    {
        _buffer.Reset();
        MessageEncoder.Write(_buffer, new PreVoteRequest(2, new LogPosition(1, 1)));
        MessageEncoder.Write(_buffer, new PreVoteResponse(2, true));
        MessageEncoder.Write(_buffer, new VoteRequest(2, new LogPosition(1, 1), false));
        MessageEncoder.Write(_buffer, new VoteResponse(2, true));
        MessageEncoder.Write(_buffer, new TimeoutNow(2));
        MessageEncoder.Write(_buffer, new StaleTerm(2));
        MessageEncoder.Write(_buffer, new AppendAccepted(2, new LogPosition(1, 1), 1));
        MessageEncoder.Write(_buffer, new AppendRejected(2, 1, LogPosition.Origin, 1));
        MessageEncoder.Write(_buffer, new Heartbeat(2, 1, 1));
        MessageEncoder.Write(_buffer, new HeartbeatResponse(2, 1));
        MessageEncoder.Write(_buffer, new ReadIndexRequest(1, ReadConsistency.Lease));
        MessageEncoder.Write(_buffer, new ReadIndexResponse(1, 1));
        MessageEncoder.Write(_buffer, new ForwardedCommand(1, EntryKind.Command), _payload);
        MessageEncoder.Write(_buffer, new ForwardedResult(1, CommandStatus.Applied), _payload);
    }
}
