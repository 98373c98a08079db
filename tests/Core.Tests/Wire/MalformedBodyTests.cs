using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Wire;

/// <summary>Bodies that a good checksum vouches for and that are no message all the same: a sender with a bug.</summary>
public sealed class MalformedBodyTests
{
    private readonly MessageDecoder _decoder = new();

    /// <summary>Body of an append request: where its fields are.</summary>
    private const int TermAt = 0, PreviousTermAt = 8, PreviousIndexAt = 16, CountAt = 40, EntriesAt = 44;

    /// <summary>Where the fields of an entry's header are.</summary>
    private const int EntryTermAt = 0, EntryIndexAt = 8, EntryLengthAt = 16, EntryKindAt = 20;

    private static byte[] AppendBody => Sample.Of(
        new AppendRequest(7, new LogPosition(5, 41), 40, 9, 2),
        [
            new(new LogPosition(5, 42), EntryKind.Command, new byte[] { 1, 2, 3 }),
            new(new LogPosition(6, 43), EntryKind.Noop, default),
        ],
        firstPiece: 1).ToFrame()[FrameFormat.BodyOffset..];

    [Fact]
    public void Random_bodies_of_every_kind_never_throw_and_call_the_handler_only_on_success()
    {
        var random = new DeterministicRandom(2);
        for (int round = 0; round < 100_000; round++)
        {
            byte[] body = new byte[random.Next(120)];
            for (int i = 0; i < body.Length; i++) body[i] = random.Chance(0.7) ? (byte)random.Next(3) : (byte)random.NextUInt64();
            AssertTotal(RawFrame.Of((byte)random.Next(256), body));
        }
    }

    [Fact]
    public void Random_bytes_handed_in_without_a_parser_never_throw()
    {
        var random = new DeterministicRandom(3);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(100)];
            for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.NextUInt64();
            AssertTotal(bytes);
        }
    }

    [Fact]
    public void A_damaged_body_with_a_good_checksum_never_throws()
    {
        Gen<(Sample Sample, (int At, byte To)[] Damage)> inputs =
            from sample in SampleGenerators.AnyKind
            from damage in (from at in Gen.Choose(0, 10_000) from to in Gen.Choose(0, 255) select (at, (byte)to)).NonEmptyListOf()
            select (sample, damage.ToArray());
        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            byte[] frame = input.Sample.ToFrame();
            byte[] body = frame[FrameFormat.BodyOffset..];
            foreach ((int at, byte to) in input.Damage)
            {
                if (body.Length > 0) body[at % body.Length] = to;
            }

            AssertTotal(RawFrame.Of(frame[FrameFormat.KindOffset], body));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_body_that_lacks_bytes_of_its_fields_is_refused()
    {
        foreach (Sample sample in GoldenFramesTests.Samples.Where(sample => sample.Expected.Beside.Length == 0 || HasCounts(sample.Kind)))
        {
            byte[] body = sample.ToFrame()[FrameFormat.BodyOffset..];
            int required = sample.Kind == MessageKind.ClientScan ? 8 + 1 + 4 + 1 + 4 + 3 : body.Length;
            for (int length = 0; length < required; length++)
            {
                Assert.Equal(DecodeError.Truncated, Decode(RawFrame.Of((byte)sample.Kind, body.AsSpan(0, length))));
            }
        }
    }

    [Fact]
    public void A_body_with_bytes_behind_its_message_is_refused()
    {
        MessageKind[] open =
        [
            MessageKind.ForwardedCommand, MessageKind.ForwardedResult, MessageKind.ClientCommand, MessageKind.ClientGet,
            MessageKind.ClientResult, MessageKind.ClientGetResult, MessageKind.SnapshotChunk,
        ];
        foreach (Sample sample in GoldenFramesTests.Samples.Where(sample => !open.Contains(sample.Kind)))
        {
            bool hasAfter = sample.Kind == MessageKind.ClientScan && !sample.Expected.Beside.EndsWith("none", StringComparison.Ordinal);
            byte[] body = [.. sample.ToFrame()[FrameFormat.BodyOffset..], 0];
            Assert.Equal(hasAfter ? DecodeError.None : DecodeError.TrailingBytes, Decode(RawFrame.Of((byte)sample.Kind, body)));
        }
    }

    [Fact]
    public void A_frame_whose_length_is_not_its_own_is_refused()
    {
        byte[] frame = Sample.Of(new TimeoutNow(7)).ToFrame();
        Assert.Equal(DecodeError.LengthMismatch, Decode([.. frame, 0]));
        Assert.Equal(DecodeError.LengthMismatch, Decode(frame[..^1]));
        Assert.Equal(DecodeError.Truncated, Decode(frame[..12]));
        Assert.Equal(DecodeError.Truncated, Decode([]));
    }

    [Fact]
    public void An_unknown_kind_is_refused_by_all_three_decoders()
    {
        byte[] frame = RawFrame.Of(200, [1]);
        var handler = new RecordingHandler();
        Assert.Equal(DecodeError.UnknownKind, _decoder.DecodePeerMessage(frame, ref handler));
        Assert.Equal(DecodeError.UnknownKind, MessageDecoder.DecodeClientRequest(frame, ref handler));
        Assert.Equal(DecodeError.UnknownKind, MessageDecoder.DecodeClientResponse(frame, ref handler));
    }

    [Theory]
    [InlineData(EntryIndexAt, 43, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryIndexAt, 41, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryIndexAt, 0, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryIndexAt + Entry.HeaderSize, 44, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryTermAt, 4, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryTermAt, 7, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryTermAt + Entry.HeaderSize, 8, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryTermAt + Entry.HeaderSize, 4, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryTermAt, -1, DecodeError.EntriesOutOfOrder)]
    [InlineData(EntryTermAt + Entry.HeaderSize, 7, DecodeError.None)]
    public void Entries_with_gaps_or_impossible_terms_are_refused(int at, long value, DecodeError expected)
    {
        byte[] body = AppendBody;
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(EntriesAt + at), value);
        Assert.Equal(expected, Decode(RawFrame.Of((byte)MessageKind.AppendRequest, body)));
    }

    [Theory]
    [InlineData(EntryKindAt, 0u, DecodeError.InvalidField)]
    [InlineData(EntryKindAt, 200u, DecodeError.InvalidField)]
    [InlineData(EntryKindAt, 0x102u, DecodeError.InvalidField)]
    [InlineData(EntryKindAt, 1u, DecodeError.InvalidField)]
    [InlineData(EntryLengthAt, 4u, DecodeError.Truncated)]
    [InlineData(EntryLengthAt, uint.MaxValue, DecodeError.Truncated)]
    [InlineData(EntryLengthAt, 2u, DecodeError.TrailingBytes)]
    [InlineData(EntryLengthAt + Entry.HeaderSize, 1u, DecodeError.InvalidField)]
    [InlineData(EntryKindAt, 3u, DecodeError.None)]
    public void Entries_of_an_impossible_kind_or_length_are_refused(int at, uint value, DecodeError expected)
    {
        byte[] body = AppendBody;
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(EntriesAt + at), value);
        Assert.Equal(expected, Decode(RawFrame.Of((byte)MessageKind.AppendRequest, body)));
    }

    [Theory]
    [InlineData(TermAt, 0, DecodeError.InvalidField)]
    [InlineData(TermAt, 4, DecodeError.InvalidField)]
    [InlineData(PreviousTermAt, 0, DecodeError.InvalidField)]
    [InlineData(PreviousTermAt, -5, DecodeError.InvalidField)]
    [InlineData(PreviousIndexAt, 0, DecodeError.InvalidField)]
    [InlineData(PreviousIndexAt, long.MaxValue, DecodeError.InvalidField)]
    [InlineData(PreviousIndexAt, long.MaxValue - 1, DecodeError.InvalidField)]
    [InlineData(24, -1, DecodeError.InvalidField)]
    [InlineData(32, -1, DecodeError.InvalidField)]
    public void An_append_request_with_an_impossible_header_is_refused(int at, long value, DecodeError expected)
    {
        byte[] body = AppendBody;
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(at), value);
        Assert.Equal(expected, Decode(RawFrame.Of((byte)MessageKind.AppendRequest, body)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(100_000_000)]
    [InlineData(int.MaxValue)]
    public void A_count_above_what_the_frame_holds_is_refused_before_anything_is_allocated(int count)
    {
        byte[] append = AppendBody;
        BinaryPrimitives.WriteInt32LittleEndian(append.AsSpan(CountAt), count);
        Assert.Equal(0, AllocatedRefusing(RawFrame.Of((byte)MessageKind.AppendRequest, append)));

        byte[] scan = Sample.Of(1, ReadStatus.Ready, false, 1, []).ToFrame()[FrameFormat.BodyOffset..];
        BinaryPrimitives.WriteInt32LittleEndian(scan.AsSpan(18), count);
        Assert.Equal(0, AllocatedRefusing(RawFrame.Of((byte)MessageKind.ClientScanResult, scan)));
    }

    [Fact]
    public void Fields_out_of_their_range_are_refused()
    {
        AssertInvalid(MessageKind.AppendRequest, CountAt, AppendBody, 0, 0, 0, 0x80);
        AssertInvalid(MessageKind.VoteResponse, 8, new byte[25], 2);
        AssertInvalid(MessageKind.TimeoutNow, 0, new byte[8], 0);
        AssertInvalid(MessageKind.ReadIndexRequest, 8, new byte[9], (byte)ReadConsistency.Eventual);
        AssertInvalid(MessageKind.ReadIndexResponse, 8, new byte[16], 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF);
        AssertInvalid(MessageKind.ForwardedCommand, 8, new byte[9], (byte)EntryKind.Noop);
        AssertInvalid(MessageKind.ForwardedResult, 8, new byte[9], 100);
        AssertInvalid(MessageKind.ClientCommand, 8, new byte[9], (byte)EntryKind.Noop);
        AssertInvalid(MessageKind.ClientGet, 8, new byte[9], 3);
        AssertInvalid(MessageKind.ClientScan, 9, new byte[18], 0);
        AssertInvalid(MessageKind.ClientResult, 8, new byte[13], 100);
        AssertInvalid(MessageKind.ClientGetResult, 10, new byte[18], 1);
        AssertInvalid(MessageKind.PreVoteRequest, 0, new byte[40], 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1);
        AssertInvalid(MessageKind.VoteRequest, 0, new byte[41], 1, 0, 0, 0, 0, 0, 0, 0, 1);
    }

    [Fact]
    public void The_decoder_lets_go_of_the_entries_it_has_handed_on()
    {
        var handler = new RecordingHandler();
        var buffer = new FrameBuffer();
        var entries = new Entry[20_000];
        for (int i = 0; i < entries.Length; i++) entries[i] = new Entry(new LogPosition(1, i + 1), EntryKind.Command, new byte[1]);
        MessageEncoder.Write(buffer, new AppendRequest(1, LogPosition.Origin, 0, 0, entries.Length), entries);
        Assert.Equal(DecodeError.None, _decoder.DecodePeerMessage(buffer.WrittenSpan, ref handler));
        WeakReference payload = DecodeAndForget();
        GC.Collect();
        Assert.False(payload.IsAlive);
        Assert.Equal(entries.Length, handler.Entries.Count);
    }

    private WeakReference DecodeAndForget()
    {
        var handler = new RecordingHandler();
        Assert.Equal(DecodeError.None, Decode(RawFrame.Of((byte)MessageKind.AppendRequest, AppendBody), ref handler));
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(handler.Entries[0].Payload, out ArraySegment<byte> payload));
        return new WeakReference(payload.Array);
    }

    private static bool HasCounts(MessageKind kind) =>
        kind is MessageKind.AppendRequest or MessageKind.ClientScan or MessageKind.ClientScanResult;

    private void AssertInvalid(MessageKind kind, int at, byte[] body, params byte[] value)
    {
        value.CopyTo(body, at);
        Assert.Equal(DecodeError.InvalidField, Decode(RawFrame.Of((byte)kind, body)));
    }

    private void AssertTotal(byte[] frame)
    {
        var handler = new RecordingHandler();
        DecodeError error = Decode(frame, ref handler);
        Assert.Equal(error == DecodeError.None ? 1 : 0, handler.Calls.Count);
    }

    private DecodeError Decode(byte[] frame)
    {
        var handler = new RecordingHandler();
        return Decode(frame, ref handler);
    }

    private DecodeError Decode(byte[] frame, ref RecordingHandler handler) => _decoder.Decode(frame, ref handler);

    private long AllocatedRefusing(byte[] frame)
    {
        var handler = new RecordingHandler();
        _decoder.Decode(frame, ref handler);
        long before = GC.GetAllocatedBytesForCurrentThread();
        DecodeError error = _decoder.Decode(frame, ref handler);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(DecodeError.Truncated, error);
        return allocated;
    }
}
