using System.Buffers;

namespace DEngine.Core.Tests.StateMachine;

/// <summary>Puts commands through the store the way the applier does, each with the next index.</summary>
internal sealed class KeyValueDriver
{
    private readonly ArrayBufferWriter<byte> _command = new();
    private readonly ArrayBufferWriter<byte> _reply = new();

    internal KeyValueStore Store { get; } = new();

    internal long Index { get; private set; }

    internal KeyValueReply Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Run(KeyValueCommand.Put(key, value));

    internal KeyValueReply Delete(ReadOnlySpan<byte> key) => Run(KeyValueCommand.Delete(key));

    internal KeyValueReply CompareAndSwap(byte[] key, byte[]? expected, byte[] value) =>
        Run(expected is null ? KeyValueCommand.PutIfAbsent(key, value) : KeyValueCommand.CompareAndSwap(key, expected, value));

    internal KeyValueReply RunBytes(ReadOnlySpan<byte> command)
    {
        _reply.ResetWrittenCount();
        Store.Apply(++Index, command, _reply);
        Assert.True(KeyValueReply.TryRead(_reply.WrittenSpan, out KeyValueReply reply));
        Assert.Equal(Index, reply.Revision);
        return reply;
    }

    internal KeyValueView Publish()
    {
        Store.Publish(Index);
        return Store.View();
    }

    /// <summary>Key number n in a small alphabet of bytes: many prefixes of one another, and both signs of a signed byte.</summary>
    internal static byte[] Key(long number)
    {
        ReadOnlySpan<byte> alphabet = [0x00, 0x01, 0x7F, 0x80, 0xFF];
        var bytes = new List<byte>();
        do
        {
            bytes.Add(alphabet[(int)(number % alphabet.Length)]);
            number /= alphabet.Length;
        }
        while (number > 0);
        return [.. bytes];
    }

    private KeyValueReply Run(KeyValueCommand command)
    {
        _command.ResetWrittenCount();
        command.Write(_command);
        return RunBytes(_command.WrittenSpan);
    }
}
