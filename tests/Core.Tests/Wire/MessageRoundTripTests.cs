using System.Reflection;
using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Wire;

public sealed class MessageRoundTripTests
{
    public static TheoryData<MessageKind> Kinds => [.. Enum.GetValues<MessageKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_message_comes_back_as_it_was_sent(MessageKind kind)
    {
        var decoder = new MessageDecoder();
        Prop.ForAll(SampleGenerators.ByKind[kind].ToArbitrary(), sample =>
        {
            byte[] frame = sample.ToFrame();
            Assert.Equal(FrameResult.Whole(frame.Length, kind), FrameParser.Parse(frame, frame.Length));
            var handler = new RecordingHandler();
            Assert.Equal(DecodeError.None, decoder.Decode(frame, ref handler));
            Assert.Equal([sample.Expected], handler.Calls);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Frames_written_into_one_buffer_come_out_one_after_another()
    {
        var decoder = new MessageDecoder();
        var buffer = new FrameBuffer();
        Prop.ForAll(SampleGenerators.AnyKind.ArrayOf().ToArbitrary(), samples =>
        {
            buffer.Reset();
            foreach (Sample sample in samples) sample.Write(buffer);
            var handler = new RecordingHandler();
            ReadOnlySpan<byte> rest = buffer.WrittenSpan;
            while (!rest.IsEmpty)
            {
                FrameResult found = FrameParser.Parse(rest, FrameFormat.PeerFrameBytesMax);
                Assert.Equal(FrameStatus.Frame, found.Status);
                Assert.Equal(DecodeError.None, decoder.Decode(rest[..found.Length], ref handler));
                rest = rest[found.Length..];
            }

            Assert.Equal(samples.Select(sample => sample.Expected), handler.Calls);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_message_type_of_the_engine_has_a_kind_of_its_own_name()
    {
        string[] messages = [.. typeof(PreVoteRequest).Assembly.GetTypes().Select(type => type.Name)];
        Assert.All(Enum.GetNames<MessageKind>(), name => Assert.Contains(name, messages));
        Assert.Equal(Enum.GetValues<MessageKind>().Order(), SampleGenerators.ByKind.Keys.Order());

        IEnumerable<string> handled = new[] { typeof(IPeerMessageHandler), typeof(IClientRequestHandler), typeof(IClientResponseHandler) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Select(method => method.Name[2..]);
        Assert.Equal(Enum.GetNames<MessageKind>().Order(), handled.Order());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kind_is_refused_where_it_does_not_belong(MessageKind kind)
    {
        byte[] frame = Golden(kind).ToFrame();
        var decoder = new MessageDecoder();
        var handler = new RecordingHandler();
        bool request = AnyDecoder.IsClientRequest(kind);
        bool response = AnyDecoder.IsClientResponse(kind);

        Assert.Equal(request || response ? DecodeError.UnexpectedKind : DecodeError.None, decoder.DecodePeerMessage(frame, ref handler));
        Assert.Equal(request ? DecodeError.None : DecodeError.UnexpectedKind, MessageDecoder.DecodeClientRequest(frame, ref handler));
        Assert.Equal(response ? DecodeError.None : DecodeError.UnexpectedKind, MessageDecoder.DecodeClientResponse(frame, ref handler));
        Assert.Single(handler.Calls);
    }

    [Fact]
    public void The_largest_payload_let_in_fits_every_message_that_may_carry_it_on()
    {
        const int frameBytesMax = 4096;
        byte[] payload = new byte[FrameFormat.PayloadBytesMax(frameBytesMax)];
        var entry = new Entry(new LogPosition(1, 1), EntryKind.Command, payload);
        Sample[] samples =
        [
            Sample.Of(new ClientCommand(1, EntryKind.Command), payload),
            Sample.Of(new ForwardedCommand(1, EntryKind.Command), payload),
            Sample.Of(new AppendRequest(1, LogPosition.Origin, 0, 0, 1), [entry], 1),
            Sample.Of(new ForwardedResult(1, CommandStatus.Applied), payload),
            Sample.Of(new ClientResult(1, CommandStatus.Applied, NodeId.None), payload),
            Sample.Of(new ClientGet(1, ReadConsistency.Lease), payload),
            Sample.Of(new ClientGetResult(1, ReadStatus.Ready, true, 1), payload),
            Sample.Of(new ClientScan(1, ReadConsistency.Lease, 1), payload[..2000], payload[2000..]),
            Sample.Of(1, ReadStatus.Ready, false, 1, [(payload[..100], payload[100..], 1)]),
        ];
        Assert.All(samples, sample => Assert.True(sample.ToFrame(frameBytesMax).Length <= frameBytesMax));
    }

    [Fact]
    public void An_append_request_is_as_long_as_its_entries_say()
    {
        Prop.ForAll(SampleGenerators.ByKind[MessageKind.AppendRequest].ToArbitrary(), sample =>
        {
            var sizes = new SizingHandler();
            byte[] frame = sample.ToFrame();
            Assert.Equal(DecodeError.None, new MessageDecoder().DecodePeerMessage(frame, ref sizes));
            Assert.Equal(MessageEncoder.AppendRequestOverheadBytes + sizes.EntryBytes, frame.Length);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void All_payloads_of_an_append_request_share_one_array_of_their_own()
    {
        Entry[] entries =
        [
            new(new LogPosition(1, 1), EntryKind.Command, new byte[] { 1, 2 }),
            new(new LogPosition(1, 2), EntryKind.Noop, default),
            new(new LogPosition(2, 3), EntryKind.Command, new byte[] { 3 }),
        ];
        byte[] frame = Sample.Of(new AppendRequest(2, LogPosition.Origin, 0, 0, 3), entries, 1).ToFrame();
        var kept = new RecordingHandler();
        Assert.Equal(DecodeError.None, new MessageDecoder().DecodePeerMessage(frame, ref kept));
        frame.AsSpan().Clear();

        Assert.Equal(RecordingHandler.Describe(entries), RecordingHandler.Describe(kept.Entries.ToArray()));
        Assert.True(MemoryMarshal.TryGetArray(kept.Entries[0].Payload, out ArraySegment<byte> first));
        Assert.True(MemoryMarshal.TryGetArray(kept.Entries[2].Payload, out ArraySegment<byte> last));
        Assert.Same(first.Array, last.Array);
        Assert.Equal(3, first.Array!.Length);
    }

    [Fact]
    public void A_scan_result_stops_taking_records_when_its_frame_is_full()
    {
        var buffer = new FrameBuffer(frameBytesMax: 200);
        ScanResultWriter writer = MessageEncoder.BeginScanResult(buffer, id: 7);
        Assert.True(writer.TryAdd(new byte[10], new byte[50], 1));
        Assert.True(writer.TryAdd(new byte[10], new byte[50], 2));
        Assert.False(writer.TryAdd(new byte[10], new byte[50], 3));
        writer.End(ReadStatus.Ready, more: true, revision: 9);

        var handler = new RecordingHandler();
        Assert.Equal(DecodeError.None, MessageDecoder.DecodeClientResponse(buffer.WrittenSpan, ref handler));
        Assert.Equal(new ClientScanResult(7, ReadStatus.Ready, true, 9, 2), handler.Calls.Single().Header);
    }

    [Fact]
    public void What_its_receiver_would_refuse_is_not_written()
    {
        var buffer = new FrameBuffer(frameBytesMax: 200);
        Assert.Throws<InvariantViolationException>(() =>
            MessageEncoder.Write(buffer, new ClientCommand(1, EntryKind.Command), new byte[200]));
        buffer.Reset();
        Assert.Throws<InvariantViolationException>(() =>
            MessageEncoder.Write(buffer, new AppendRequest(1, LogPosition.Origin, 0, 0, 1), []));
        buffer.Reset();
        var gap = new Entry(new LogPosition(1, 3), EntryKind.Noop, default);
        Assert.Throws<InvariantViolationException>(() =>
            MessageEncoder.Write(buffer, new AppendRequest(1, new LogPosition(1, 1), 0, 0, 1), [gap]));
        buffer.Reset();
        Assert.Throws<InvariantViolationException>(() =>
        {
            MessageEncoder.BeginScanResult(buffer, 1);
            MessageEncoder.Write(buffer, new TimeoutNow(1));
        });
    }

    private static Sample Golden(MessageKind kind) => GoldenFramesTests.Samples.First(sample => sample.Kind == kind);
}
