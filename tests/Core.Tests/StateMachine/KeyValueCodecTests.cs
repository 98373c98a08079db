using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.StateMachine;

public sealed class KeyValueCodecTests
{
    [Fact]
    public void Every_command_is_read_as_it_was_written() =>
        Prop.ForAll(Parts(), parts =>
        {
            (byte[] key, byte[] expected, byte[] value) = parts;
            key = [1, .. key];
            Check(KeyValueCommand.Put(key, value));
            Check(KeyValueCommand.Delete(key));
            Check(KeyValueCommand.CompareAndSwap(key, expected, value));
            Check(KeyValueCommand.PutIfAbsent(key, value));
        }).Check(Runs(300));

    [Fact]
    public void Any_bytes_are_a_command_that_writes_them_back_or_none() =>
        Prop.ForAll(RandomBytes(), bytes =>
        {
            if (!KeyValueCommand.TryRead(bytes, out KeyValueCommand command)) return true;
            byte[] again = new byte[command.Size];
            command.Write(again);
            return !command.Key.IsEmpty && again.AsSpan().SequenceEqual(bytes);
        }).Check(Runs(5_000));

    [Fact]
    public void A_command_cut_short_or_with_wild_lengths_is_refused()
    {
        byte[] bytes = new byte[KeyValueCommand.CompareAndSwap([1, 2], [3], []).Size];
        KeyValueCommand.CompareAndSwap([1, 2], [3], []).Write(bytes);
        for (int length = 0; length < bytes.Length; length++) Assert.False(KeyValueCommand.TryRead(bytes.AsSpan(0, length), out _));
        Assert.False(KeyValueCommand.TryRead([1, 0xFF, 0xFF, 0xFF, 0xFF, 1], out _));
        Assert.False(KeyValueCommand.TryRead([1, 0, 0, 0, 0, 1], out _));
        Assert.False(KeyValueCommand.TryRead([3, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1], out _));
        Assert.False(KeyValueCommand.TryRead([0, 1], out _));
    }

    /// <summary>The layout is in logs and snapshots: a change of it is a new operation number, never an edit of these bytes.</summary>
    [Fact]
    public void The_layouts_are_fixed()
    {
        Assert.Equal("01-02-00-00-00-61-62-63", Hex(KeyValueCommand.Put("ab"u8, "c"u8)));
        Assert.Equal("02-61-62", Hex(KeyValueCommand.Delete("ab"u8)));
        Assert.Equal("03-01-00-00-00-02-00-00-00-61-78-79", Hex(KeyValueCommand.CompareAndSwap("a"u8, "x"u8, "y"u8)));
        Assert.Equal("03-01-00-00-00-01-00-00-00-61-79", Hex(KeyValueCommand.CompareAndSwap("a"u8, ""u8, "y"u8)));
        Assert.Equal("03-01-00-00-00-00-00-00-00-61-79", Hex(KeyValueCommand.PutIfAbsent("a"u8, "y"u8)));
        byte[] reply = new byte[KeyValueReply.Size];
        new KeyValueReply(KeyValueStatus.Ok, true, 258).Write(reply);
        Assert.Equal("01-01-02-01-00-00-00-00-00-00", BitConverter.ToString(reply));
    }

    [Theory]
    [InlineData(KeyValueStatus.Ok, true, long.MaxValue)]
    [InlineData(KeyValueStatus.Ok, false, 1)]
    [InlineData(KeyValueStatus.Invalid, false, 0)]
    public void Every_reply_is_read_as_it_was_written(KeyValueStatus status, bool succeeded, long revision)
    {
        var reply = new KeyValueReply(status, succeeded, revision);
        var writer = new ArrayBufferWriter<byte>();
        reply.Write(writer);
        Assert.True(KeyValueReply.TryRead(writer.WrittenSpan, out KeyValueReply read));
        Assert.Equal(reply, read);
    }

    [Fact]
    public void Any_bytes_are_a_reply_that_writes_them_back_or_none() =>
        Prop.ForAll(RandomBytes(), bytes =>
        {
            if (!KeyValueReply.TryRead(bytes, out KeyValueReply reply)) return true;
            byte[] again = new byte[KeyValueReply.Size];
            reply.Write(again);
            return again.AsSpan().SequenceEqual(bytes);
        }).Check(Runs(5_000));

    [Fact]
    public void Writing_into_too_small_a_span_is_refused()
    {
        Assert.Throws<ArgumentException>(() => KeyValueCommand.Put([1], [2]).Write(new byte[6]));
        Assert.Throws<ArgumentException>(() => default(KeyValueReply).Write(new byte[9]));
        Assert.Throws<ArgumentException>(() => SessionEnvelope.WithoutSession([1]).Write(new byte[24]));
    }

    [Fact]
    public void Limits_are_named_by_what_breaks_them()
    {
        byte[] longKey = new byte[KeyValueLimits.MaxKeyBytes + 1], longValue = new byte[KeyValueLimits.MaxValueBytes + 1];
        Assert.Equal(KeyValueLimit.None, KeyValueLimits.Validate(longKey.AsSpan(1), longValue.AsSpan(1)));
        Assert.Equal(KeyValueLimit.KeyEmpty, KeyValueLimits.Validate([], [1]));
        Assert.Equal(KeyValueLimit.KeyTooLong, KeyValueLimits.Validate(longKey));
        Assert.Equal(KeyValueLimit.ValueTooLong, KeyValueLimits.Validate([1], longValue));
        Assert.Equal(KeyValueLimit.ValueTooLong, KeyValueLimits.Validate(KeyValueCommand.CompareAndSwap([1], longValue, [])));
        Assert.Equal(KeyValueLimit.None, KeyValueLimits.Validate(KeyValueCommand.Delete([1])));
    }

    [Fact]
    public void Any_bytes_are_an_envelope_that_writes_them_back_or_none() =>
        Prop.ForAll(RandomBytes(), bytes =>
        {
            if (!SessionEnvelope.TryRead(bytes, out SessionEnvelope envelope)) return true;
            var again = new ArrayBufferWriter<byte>();
            envelope.Write(again);
            return again.WrittenSpan.SequenceEqual(bytes);
        }).Check(Runs(5_000));

    [Fact]
    public void Every_envelope_is_read_as_it_was_written() =>
        Prop.ForAll(Parts(), parts =>
        {
            ulong session = (ulong)parts.Key.Length + 1, acknowledged = (ulong)parts.Expected.Length, sequence = acknowledged + session;
            byte[] bytes = new byte[SessionEnvelope.HeaderSize + parts.Value.Length];
            Assert.Equal(bytes.Length, new SessionEnvelope(session, sequence, acknowledged, parts.Value).Write(bytes));
            return SessionEnvelope.TryRead(bytes, out SessionEnvelope read)
                && read.SessionId == session && read.Sequence == sequence && read.AcknowledgedBelow == acknowledged
                && read.Command.SequenceEqual(parts.Value);
        }).Check(Runs(300));

    private static void Check(KeyValueCommand command)
    {
        byte[] bytes = new byte[command.Size];
        Assert.Equal(bytes.Length, command.Write(bytes));
        Assert.True(KeyValueCommand.TryRead(bytes, out KeyValueCommand read));
        Assert.Equal(command.Operation, read.Operation);
        Assert.Equal(command.ExpectsAbsent, read.ExpectsAbsent);
        Assert.True(command.Key.SequenceEqual(read.Key) && command.Expected.SequenceEqual(read.Expected) && command.Value.SequenceEqual(read.Value));
        var writer = new ArrayBufferWriter<byte>();
        command.Write(writer);
        Assert.True(writer.WrittenSpan.SequenceEqual(bytes));
    }

    private static string Hex(KeyValueCommand command)
    {
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        return BitConverter.ToString(bytes);
    }

    private static Config Runs(int count) => Config.QuickThrowOnFailure.WithMaxTest(count).WithEndSize(60);

    private static Arbitrary<(byte[] Key, byte[] Expected, byte[] Value)> Parts()
    {
        Gen<byte[]> bytes = ArbMap.Default.GeneratorFor<byte[]>();
        return (from key in bytes from expected in bytes from value in bytes select (key, expected, value)).ToArbitrary();
    }

    /// <summary>Bytes that often look like something: small numbers where lengths and operations are read.</summary>
    private static Arbitrary<byte[]> RandomBytes()
    {
        Gen<byte> likely = Gen.Frequency((4, Gen.Constant((byte)0)), (4, Gen.Choose(0, 3).Select(n => (byte)n)), (1, Gen.Choose(0, 255).Select(n => (byte)n)));
        return likely.ArrayOf().ToArbitrary();
    }
}
