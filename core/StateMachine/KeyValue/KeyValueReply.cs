using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>Whether a command was one. In sessions and on the wire: never renumber.</summary>
public enum KeyValueStatus : byte
{
    /// <summary>The command was evaluated; <see cref="KeyValueReply.Succeeded"/> says how it went.</summary>
    Ok = 1,

    /// <summary>The bytes are not a command. Nothing was changed.</summary>
    Invalid = 2,
}

/// <summary>The store's answer to one <see cref="KeyValueCommand"/>. Ten bytes: status, succeeded (0 or 1), revision (u64, little-endian).</summary>
/// <param name="Status">Whether the command could be read.</param>
/// <param name="Succeeded">Put: true. Delete: the key existed. CompareAndSwap: the expectation held and the value was set. False when invalid.</param>
/// <param name="Revision">
/// The applied index at which the command was evaluated, whatever came of it. When the command changed a key, this is that key's new revision; when
/// it did not, a view whose applied index is at least this shows the state that it failed on or a later one.
/// </param>
public readonly record struct KeyValueReply(KeyValueStatus Status, bool Succeeded, long Revision)
{
    /// <summary>Size of every reply in bytes.</summary>
    public const int Size = 10;

    /// <summary>Reads a reply. Total: any bytes give an answer and never an exception.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out KeyValueReply reply)
    {
        reply = default;
        if (source.Length != Size || source[1] > 1) return false;
        var status = (KeyValueStatus)source[0];
        bool succeeded = source[1] == 1;
        long revision = BinaryPrimitives.ReadInt64LittleEndian(source[2..]);
        if (status is not (KeyValueStatus.Ok or KeyValueStatus.Invalid) || revision < 0) return false;
        if (succeeded && status != KeyValueStatus.Ok) return false;
        reply = new KeyValueReply(status, succeeded, revision);
        return true;
    }

    /// <summary>Writes the reply to the front of a span of at least <see cref="Size"/> bytes.</summary>
    /// <returns>The number of bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException">The span is too small.</exception>
    public int Write(Span<byte> destination)
    {
        if (destination.Length < Size) throw new ArgumentException($"A reply needs {Size} bytes.", nameof(destination));
        destination[0] = (byte)Status;
        destination[1] = Succeeded ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(destination[2..], Revision);
        return Size;
    }

    /// <summary>Writes the reply and advances the writer by <see cref="Size"/>.</summary>
    public void Write(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Advance(Write(destination.GetSpan(Size)));
    }
}
