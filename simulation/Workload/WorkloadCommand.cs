using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Simulation.Workload;

/// <summary>
/// The commands of simulated clients that the key-value store does not know, over bytes that are not its own: a first byte that begins no command of the
/// store, then a put of the store that names the key and the text.
/// </summary>
internal readonly ref struct WorkloadCommand
{
    private const byte AppendMark = 0xA0;
    private const byte AddMark = 0xA1;

    private WorkloadCommand(bool adds, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        Adds = adds;
        Key = key;
        Text = text;
    }

    /// <summary>Counts one up; otherwise it appends.</summary>
    public bool Adds { get; }

    public ReadOnlySpan<byte> Key { get; }

    /// <summary>What is appended, or the addition's name; unique in the run.</summary>
    public ReadOnlySpan<byte> Text { get; }

    public static byte[] Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text) => Encode(AppendMark, key, text);

    public static byte[] Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name) => Encode(AddMark, key, name);

    /// <summary>False: it is the store's own, or none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out WorkloadCommand command)
    {
        command = default;
        if (source.IsEmpty || source[0] is not (AppendMark or AddMark)) return false;
        if (!KeyValueCommand.TryRead(source[1..], out KeyValueCommand put) || put.Operation != KeyValueOperation.Put) return false;
        command = new WorkloadCommand(source[0] == AddMark, put.Key, put.Value);
        return true;
    }

    /// <summary>Reads a reply of the store, or one to an addition: the count follows the store's.</summary>
    public static bool TryReadReply(ReadOnlySpan<byte> source, out KeyValueReply reply, out long count)
    {
        count = 0;
        if (source.Length == KeyValueReply.Size) return KeyValueReply.TryRead(source, out reply);
        reply = default;
        return source.Length == KeyValueReply.Size + sizeof(long)
            && BinaryPrimitives.TryReadInt64LittleEndian(source[KeyValueReply.Size..], out count)
            && KeyValueReply.TryRead(source[..KeyValueReply.Size], out reply);
    }

    private static byte[] Encode(byte mark, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        KeyValueCommand put = KeyValueCommand.Put(key, text);
        var bytes = new byte[1 + put.Size];
        bytes[0] = mark;
        put.Write(bytes.AsSpan(1));
        return bytes;
    }
}
