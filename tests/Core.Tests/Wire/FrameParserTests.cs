using System.Buffers;
using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Wire;

public sealed class FrameParserTests
{
    private const int Max = FrameFormat.PeerFrameBytesMax;

    [Fact]
    public void Any_single_flipped_bit_is_refused_at_once()
    {
        foreach (Sample sample in GoldenFramesTests.Samples)
        {
            byte[] frame = sample.ToFrame();
            for (int bit = 0; bit < frame.Length * 8; bit++)
            {
                frame[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.Equal(FrameStatus.Invalid, FrameParser.Parse(frame, Max).Status);
                frame[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            Assert.Equal(FrameStatus.Frame, FrameParser.Parse(frame, Max).Status);
        }
    }

    [Fact]
    public void Any_single_flipped_bit_of_any_frame_is_refused_at_once()
    {
        Gen<(Sample Sample, int Bit)> flips =
            from sample in SampleGenerators.AnyKind from bit in Gen.Choose(0, int.MaxValue - 1) select (sample, bit);
        Prop.ForAll(flips.ToArbitrary(), flip =>
        {
            byte[] frame = flip.Sample.ToFrame();
            int bit = flip.Bit % (frame.Length * 8);
            frame[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(FrameStatus.Invalid, FrameParser.Parse(frame, Max).Status);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_truncated_frame_needs_more_and_says_how_much() => Prop.ForAll(SampleGenerators.AnyKind.ToArbitrary(), sample =>
    {
        byte[] frame = sample.ToFrame();
        for (int length = 0; length < frame.Length; length++)
        {
            int needed = length < 8 ? FrameFormat.OverheadBytes : frame.Length;
            Assert.Equal(FrameResult.NeedMore(needed), FrameParser.Parse(frame.AsSpan(0, length), Max));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_sequence_in_pieces_parses_as_the_same_bytes_in_one()
    {
        Gen<(byte[] Bytes, int Flip, int[] Cuts)> inputs =
            from sample in SampleGenerators.AnyKind
            from flip in Gen.Choose(-400, 400)
            from length in Gen.Choose(0, 400)
            from cuts in Gen.Choose(0, 20).ArrayOf()
            let frame = sample.ToFrame()
            select (frame[..Math.Min(frame.Length, length)], flip, cuts);
        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            byte[] bytes = input.Bytes;
            if (input.Flip >= 0 && input.Flip < bytes.Length) bytes[input.Flip] ^= 0x10;
            Assert.Equal(FrameParser.Parse(bytes, Max), FrameParser.Parse(Pieces.Of(bytes, input.Cuts), Max));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Random_bytes_are_refused_and_never_throw()
    {
        var random = new DeterministicRandom(1);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(200)];
            for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.NextUInt64();
            FrameStatus status = FrameParser.Parse(bytes, Max).Status;
            Assert.Equal(bytes.Length < 8 ? FrameStatus.NeedMore : FrameStatus.Invalid, status);
            Assert.Equal(status, FrameParser.Parse(Pieces.Of(bytes, [3, 5, 1]), Max).Status);
        }
    }

    [Fact]
    public void A_length_of_4_GiB_is_refused_before_anything_is_allocated()
    {
        byte[] front = Header(uint.MaxValue);
        FrameParser.Parse(front, Max);
        long before = GC.GetAllocatedBytesForCurrentThread();
        FrameResult result = FrameParser.Parse(front, Max);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(FrameResult.Invalid(FrameError.TooLarge), result);
    }

    [Fact]
    public void A_frame_of_just_the_limit_is_taken_and_one_byte_more_is_not()
    {
        byte[] frame = Sample.Of(new ClientCommand(1, EntryKind.Command), new byte[100]).ToFrame();
        Assert.Equal(FrameStatus.Frame, FrameParser.Parse(frame, frame.Length).Status);
        Assert.Equal(FrameResult.Invalid(FrameError.TooLarge), FrameParser.Parse(frame, frame.Length - 1));
        Assert.Equal(FrameResult.Invalid(FrameError.TooLarge), FrameParser.Parse(frame.AsSpan(0, 8), frame.Length - 1));
    }

    [Fact]
    public void A_frame_without_a_kind_is_refused() =>
        Assert.Equal(FrameResult.Invalid(FrameError.Empty), FrameParser.Parse(Header(0), Max));

    [Fact]
    public void Zeros_are_no_frame() =>
        Assert.Equal(FrameResult.Invalid(FrameError.BadHeaderChecksum), FrameParser.Parse(new byte[64], Max));

    [Fact]
    public void An_intact_frame_of_an_unknown_kind_is_refused_as_such()
    {
        for (int kind = 0; kind <= byte.MaxValue; kind++)
        {
            byte[] frame = RawFrame.Of((byte)kind, [1, 2, 3]);
            FrameResult expected = Enum.IsDefined((MessageKind)kind)
                ? FrameResult.Whole(frame.Length, (MessageKind)kind)
                : FrameResult.Invalid(FrameError.UnknownKind);
            Assert.Equal(expected, FrameParser.Parse(frame, Max));
        }
    }

    private static byte[] Header(uint length)
    {
        byte[] front = new byte[FrameFormat.HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(front, length);
        BinaryPrimitives.WriteUInt32LittleEndian(front.AsSpan(4), Crc32C.Compute(front.AsSpan(0, 4)));
        return front;
    }
}

/// <summary>Frames with good checksums around any kind and body.</summary>
internal static class RawFrame
{
    public static byte[] Of(byte kind, ReadOnlySpan<byte> body)
    {
        var buffer = new FrameBuffer();
        body.CopyTo(buffer.Begin((MessageKind)kind, body.Length));
        buffer.End();
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>A sequence cut into segments.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int[] cuts)
    {
        Pieces first = new();
        Pieces last = first;
        foreach (int cut in cuts)
        {
            int length = Math.Min(cut, bytes.Length);
            last = last.Then(bytes[..length]);
            bytes = bytes[length..];
        }

        last = last.Then(bytes);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private Pieces Then(ReadOnlyMemory<byte> memory)
    {
        var next = new Pieces { Memory = memory, RunningIndex = RunningIndex + Memory.Length };
        Next = next;
        return next;
    }
}
