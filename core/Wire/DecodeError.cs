namespace DEngine.Core;

/// <summary>
/// Why a frame with good checksums is still not a message. Never line noise: the sender has a bug or speaks another version. Close the
/// connection and report it.
/// </summary>
public enum DecodeError : byte
{
    /// <summary>Decoded; the handler was called.</summary>
    None = 0,

    /// <summary>The body ends within its message, or announces more than it holds.</summary>
    Truncated = 1,

    /// <summary>The body is longer than its message.</summary>
    TrailingBytes = 2,

    /// <summary>The frame's length field is not the length of what was handed in.</summary>
    LengthMismatch = 3,

    /// <summary>A kind that this version does not know.</summary>
    UnknownKind = 4,

    /// <summary>A known kind that does not belong on this kind of connection, or in this direction.</summary>
    UnexpectedKind = 5,

    /// <summary>A field is out of its range.</summary>
    InvalidField = 6,

    /// <summary>Entries with a gap, or with a term that sinks or is above the message's.</summary>
    EntriesOutOfOrder = 7,
}
