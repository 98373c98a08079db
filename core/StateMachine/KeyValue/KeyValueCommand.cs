using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>
/// First byte of a command, naming operation and layout together: a new layout is a new number. In the log: never renumber.
/// </summary>
public enum KeyValueOperation : byte
{
    /// <summary>Sets the value of a key. Layout: key length (u32), key, value (the rest).</summary>
    Put = 1,

    /// <summary>Removes a key. Layout: key (the rest).</summary>
    Delete = 2,

    /// <summary>
    /// Sets the value of a key if it is what the client expects. Layout: key length (u32), 1 + length of the expected value or 0 for "must not exist"
    /// (u32), key, expected value, value (the rest).
    /// </summary>
    CompareAndSwap = 3,
}

/// <summary>
/// A command to the <see cref="KeyValueStore"/>, over bytes that it does not own: valid as long as they are. Numbers are little-endian. Every command has
/// exactly one encoding, and every byte string is a command or is refused.
/// </summary>
public readonly ref struct KeyValueCommand
{
    private const int OperationSize = 1;
    private const int LengthSize = sizeof(uint);

    private KeyValueCommand(
        KeyValueOperation operation, ReadOnlySpan<byte> key, bool expectsAbsent, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> value)
    {
        Operation = operation;
        Key = key;
        ExpectsAbsent = expectsAbsent;
        Expected = expected;
        Value = value;
    }

    public KeyValueOperation Operation { get; }

    /// <summary>Never empty in a command that was read.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Of a <see cref="KeyValueOperation.CompareAndSwap"/>: the key must not exist. <see cref="Expected"/> is empty then.</summary>
    public bool ExpectsAbsent { get; }

    /// <summary>Of a <see cref="KeyValueOperation.CompareAndSwap"/>: the value that the key must have, which may be empty.</summary>
    public ReadOnlySpan<byte> Expected { get; }

    /// <summary>The new value; may be empty. Empty for <see cref="KeyValueOperation.Delete"/>.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Exact number of bytes that <see cref="Write(Span{byte})"/> needs.</summary>
    /// <exception cref="InvalidOperationException">The command is the default value, which is none.</exception>
    /// <exception cref="OverflowException">Key and values together exceed 2 GiB.</exception>
    public int Size => Operation switch
    {
        KeyValueOperation.Put => checked(OperationSize + LengthSize + Key.Length + Value.Length),
        KeyValueOperation.Delete => OperationSize + Key.Length,
        KeyValueOperation.CompareAndSwap => checked(OperationSize + 2 * LengthSize + Key.Length + Expected.Length + Value.Length),
        _ => throw new InvalidOperationException($"There is no key-value operation {Operation}."),
    };

    public static KeyValueCommand Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        new(KeyValueOperation.Put, key, false, default, value);

    public static KeyValueCommand Delete(ReadOnlySpan<byte> key) => new(KeyValueOperation.Delete, key, false, default, default);

    /// <summary>Sets the value if the key exists with exactly the expected value.</summary>
    public static KeyValueCommand CompareAndSwap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> value) =>
        new(KeyValueOperation.CompareAndSwap, key, false, expected, value);

    /// <summary>Sets the value if the key does not exist: a <see cref="KeyValueOperation.CompareAndSwap"/> that expects nothing.</summary>
    public static KeyValueCommand PutIfAbsent(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        new(KeyValueOperation.CompareAndSwap, key, true, default, value);

    /// <summary>Reads a command. Total: any bytes give an answer and never an exception.</summary>
    /// <returns>False when the bytes are no command: unknown operation, lengths that do not fit, an empty key.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out KeyValueCommand command)
    {
        command = default;
        if (source.IsEmpty) return false;
        ReadOnlySpan<byte> rest = source[OperationSize..];
        return (KeyValueOperation)source[0] switch
        {
            KeyValueOperation.Put => TryReadPut(rest, out command),
            KeyValueOperation.Delete => TryReadDelete(rest, out command),
            KeyValueOperation.CompareAndSwap => TryReadCompareAndSwap(rest, out command),
            _ => false,
        };
    }

    /// <summary>Writes the command to the front of a span of at least <see cref="Size"/> bytes.</summary>
    /// <returns>The number of bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException">The span is too small.</exception>
    public int Write(Span<byte> destination)
    {
        int size = Size;
        if (destination.Length < size) throw new ArgumentException($"The command needs {size} bytes.", nameof(destination));
        destination[0] = (byte)Operation;
        Span<byte> rest = destination[OperationSize..];
        if (Operation != KeyValueOperation.Delete)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)Key.Length);
            rest = rest[LengthSize..];
        }

        if (Operation == KeyValueOperation.CompareAndSwap)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, ExpectsAbsent ? 0 : 1 + (uint)Expected.Length);
            rest = rest[LengthSize..];
        }

        Key.CopyTo(rest);
        Expected.CopyTo(rest[Key.Length..]);
        Value.CopyTo(rest[(Key.Length + Expected.Length)..]);
        return size;
    }

    /// <summary>Writes the command and advances the writer by <see cref="Size"/>.</summary>
    public void Write(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Advance(Write(destination.GetSpan(Size)));
    }

    private static bool TryReadPut(ReadOnlySpan<byte> rest, out KeyValueCommand command)
    {
        command = default;
        if (!TryTakeLength(ref rest, out uint keyLength)) return false;
        if (keyLength == 0 || keyLength > (uint)rest.Length) return false;
        command = Put(rest[..(int)keyLength], rest[(int)keyLength..]);
        return true;
    }

    private static bool TryReadDelete(ReadOnlySpan<byte> rest, out KeyValueCommand command)
    {
        command = Delete(rest);
        return !rest.IsEmpty;
    }

    private static bool TryReadCompareAndSwap(ReadOnlySpan<byte> rest, out KeyValueCommand command)
    {
        command = default;
        if (!TryTakeLength(ref rest, out uint keyLength) || !TryTakeLength(ref rest, out uint expectation)) return false;
        if (keyLength == 0 || keyLength > (uint)rest.Length) return false;
        ReadOnlySpan<byte> key = rest[..(int)keyLength];
        rest = rest[(int)keyLength..];
        if (expectation == 0)
        {
            command = PutIfAbsent(key, rest);
            return true;
        }

        uint expectedLength = expectation - 1;
        if (expectedLength > (uint)rest.Length) return false;
        command = CompareAndSwap(key, rest[..(int)expectedLength], rest[(int)expectedLength..]);
        return true;
    }

    private static bool TryTakeLength(ref ReadOnlySpan<byte> rest, out uint length)
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(rest, out length)) return false;
        rest = rest[LengthSize..];
        return true;
    }
}
