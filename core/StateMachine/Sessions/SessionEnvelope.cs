using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>
/// Payload of an <see cref="EntryKind.Command"/> entry: who asked, which of their requests it is, and the command. Layout: three u64, little-endian, then the
/// command. Over bytes that it does not own: valid as long as they are.
/// </summary>
public readonly ref struct SessionEnvelope
{
    /// <summary>Bytes in front of the command.</summary>
    public const int HeaderSize = 3 * sizeof(ulong);

    /// <summary>A command within a session.</summary>
    /// <param name="sessionId">What the RegisterSession entry was answered with; 0 for no session.</param>
    /// <param name="sequence">Number of the request in its session: 1 and up, the same for every retry of it, never used for another.</param>
    /// <param name="acknowledgedBelow">The client has the replies of all its sequences below this; at most <paramref name="sequence"/>.</param>
    /// <param name="command">The state machine's.</param>
    public SessionEnvelope(ulong sessionId, ulong sequence, ulong acknowledgedBelow, ReadOnlySpan<byte> command)
    {
        SessionId = sessionId;
        Sequence = sequence;
        AcknowledgedBelow = acknowledgedBelow;
        Command = command;
    }

    /// <summary>Index of the entry that opened the session; 0: none, so the command is applied as often as it is in the log.</summary>
    public ulong SessionId { get; }

    /// <summary>Number of the request within its session, from 1; 0 without a session.</summary>
    public ulong Sequence { get; }

    /// <summary>The client has the replies of all its sequences below this one and will not ask for them again; 0 and 1 both mean none.</summary>
    public ulong AcknowledgedBelow { get; }

    public ReadOnlySpan<byte> Command { get; }

    /// <summary>Exact number of bytes that <see cref="Write(Span{byte})"/> needs.</summary>
    public int Size => checked(HeaderSize + Command.Length);

    /// <summary>A command without a session: cheaper, and applied twice if it is proposed twice.</summary>
    public static SessionEnvelope WithoutSession(ReadOnlySpan<byte> command) => new(0, 0, 0, command);

    /// <summary>Reads an envelope. Total: any bytes give an answer and never an exception.</summary>
    /// <returns>
    /// False when the bytes are no envelope: too short, a session without sequence or a sequence without session, an acknowledgement that covers the
    /// request itself.
    /// </returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out SessionEnvelope envelope)
    {
        envelope = default;
        if (source.Length < HeaderSize) return false;
        ulong sessionId = BinaryPrimitives.ReadUInt64LittleEndian(source);
        ulong sequence = BinaryPrimitives.ReadUInt64LittleEndian(source[8..]);
        ulong acknowledgedBelow = BinaryPrimitives.ReadUInt64LittleEndian(source[16..]);
        if ((sessionId == 0) != (sequence == 0) || acknowledgedBelow > sequence) return false;
        envelope = new SessionEnvelope(sessionId, sequence, acknowledgedBelow, source[HeaderSize..]);
        return true;
    }

    /// <summary>Writes the envelope with its command to the front of a span of at least <see cref="Size"/> bytes.</summary>
    /// <returns>The number of bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException">The span is too small.</exception>
    public int Write(Span<byte> destination)
    {
        int size = Size;
        if (destination.Length < size) throw new ArgumentException($"The envelope needs {size} bytes.", nameof(destination));
        WriteHeader(destination, SessionId, Sequence, AcknowledgedBelow);
        Command.CopyTo(destination[HeaderSize..]);
        return size;
    }

    /// <summary>Writes the envelope with its command and advances the writer by <see cref="Size"/>.</summary>
    public void Write(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Advance(Write(destination.GetSpan(Size)));
    }

    /// <summary>Writes only the first <see cref="HeaderSize"/> bytes, for a caller that encodes the command right behind them.</summary>
    public static void WriteHeader(Span<byte> destination, ulong sessionId, ulong sequence, ulong acknowledgedBelow)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, sessionId);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], acknowledgedBelow);
    }
}
