using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using DEngine.Core;

namespace DEngine.Simulation.Workload;

/// <summary>
/// The real key-value store, with appends and additions made of its puts. They come to it as any command does, through log and sessions, so that what
/// happens to a command twice happens to them twice.
/// </summary>
internal sealed class WorkloadStore : IStateMachine
{
    private readonly KeyValueStore _store = new(pieceBytes: 128);
    private byte[] _value = new byte[256];
    private byte[] _command = new byte[256];
    private KeyValueView _published;
    private long _applied;
    private long _looked;

    /// <summary>The newest state that has been published.</summary>
    public KeyValueView View() => _published;

    public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply)
    {
        if (!WorkloadCommand.TryRead(command, out WorkloadCommand read))
        {
            _store.Apply(index, command, reply);
            _applied = index;
            return;
        }

        ReadOnlySpan<byte> before = Look(read.Key);
        long count = 0;
        int length;
        if (read.Adds)
        {
            _ = Utf8Parser.TryParse(before, out count, out _);
            count++;
            _ = Utf8Formatter.TryFormat(count, _value, out length);
        }
        else
        {
            length = before.Length + read.Text.Length;
            Reserve(ref _value, length);
            before.CopyTo(_value);
            read.Text.CopyTo(_value.AsSpan(before.Length));
        }

        Put(index, read.Key, _value.AsSpan(0, length), reply);
        if (!read.Adds) return;
        BinaryPrimitives.WriteInt64LittleEndian(reply.GetSpan(sizeof(long)), count);
        reply.Advance(sizeof(long));
    }

    public void Publish(long appliedIndex)
    {
        _store.Publish(appliedIndex);
        _published = _store.View();
        _applied = _looked = appliedIndex;
    }

    public IStateCapture Capture() => _store.Capture();

    public IStateRestore BeginRestore() => _store.BeginRestore();

    public void Restore(IStateRestore restore, long appliedIndex)
    {
        _store.Restore(restore, appliedIndex);
        _published = _store.View();
        _applied = _looked = appliedIndex;
    }

    public ulong StateDigest => _store.StateDigest;

    public ulong ComputeDigest() => _store.ComputeDigest();

    /// <summary>
    /// What a key holds after everything applied so far. The store shows what it has published; who reads through this one does not see it yet.
    /// </summary>
    private ReadOnlySpan<byte> Look(ReadOnlySpan<byte> key)
    {
        if (_looked < _applied)
        {
            _store.Publish(_applied);
            _looked = _applied;
        }

        return _store.View().TryGet(key, out KeyValueRecord? record) ? record.Value.Span : default;
    }

    private void Put(long index, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, IBufferWriter<byte> reply)
    {
        KeyValueCommand put = KeyValueCommand.Put(key, value);
        Reserve(ref _command, put.Size);
        int size = put.Write(_command);
        _store.Apply(index, _command.AsSpan(0, size), reply);
        _applied = index;
    }

    private static void Reserve(ref byte[] buffer, int size)
    {
        if (buffer.Length < size) buffer = new byte[size * 2];
    }
}
