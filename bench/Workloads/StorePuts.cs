using System.Buffers;
using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Bench;

/// <summary>Puts to keys that a store of 10,000 has, spread over all of it.</summary>
internal sealed class StorePuts : IWorkload
{
    /// <summary>Has no divisor in common with the number of keys, so that every key has its turn.</summary>
    private const int Stride = 7919;

    private readonly KeyValueStore _store = new();
    private readonly ArrayBufferWriter<byte> _reply = new(64);
    private readonly byte[] _command;
    private readonly int _keyOffset;
    private readonly int _runLength;
    private long _index;

    /// <param name="runLength">After how many puts the state is published; 0: never again, so that all puts are of one run.</param>
    public StorePuts(int runLength)
    {
        _runLength = runLength;
        ReadOnlySpan<byte> mark = [0xFE, 0xED, 0xFA, 0xCE];
        KeyValueCommand command = KeyValueCommand.Put(mark, new byte[Sizes.Payload]);
        _command = new byte[command.Size];
        command.Write(_command);
        _keyOffset = _command.AsSpan().IndexOf(mark);
        for (int i = 0; i < Sizes.Keys; i++) Run();
        _store.Publish(_index);
        for (int i = 0; i < Sizes.Keys; i++) Run();
    }

    public void Run()
    {
        _index++;
        BinaryPrimitives.WriteUInt32BigEndian(_command.AsSpan(_keyOffset), (uint)(_index * Stride % Sizes.Keys));
        _reply.ResetWrittenCount();
        _store.Apply(_index, _command, _reply);
        if (_runLength > 0 && _index % _runLength == 0) _store.Publish(_index);
    }
}
