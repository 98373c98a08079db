namespace DEngine.Core;

/// <summary>
/// Where things are in a frame, little-endian:
/// <c>[u32 length of kind and body][u32 CRC32C of the length][u32 CRC32C of length, kind and body][u8 kind][body]</c>. The length
/// has a checksum of its own because a reader acts on it before the rest has come: damaged upwards, it would leave the reader waiting for
/// bytes that never come.
/// </summary>
public static class FrameFormat
{
    /// <summary>Bytes of length and both checksums, in front of the kind.</summary>
    public const int HeaderBytes = 12;

    /// <summary>Bytes of a frame with an empty body: the header and the kind.</summary>
    public const int OverheadBytes = HeaderBytes + 1;

    /// <summary>No message takes more than this beside its payload, so a payload of a frame's maximum less this always fits.</summary>
    public const int MessageOverheadBytesMax = 128;

    /// <summary>Default for the largest whole frame between peers.</summary>
    public const int PeerFrameBytesMax = 64 << 20;

    /// <summary>Default for the largest whole frame from or to a native client.</summary>
    public const int ClientFrameBytesMax = 4 << 20;

    /// <summary>
    /// Largest payload (a command with its envelope; a key and its value) to let into the system where frames are at most
    /// <paramref name="frameBytesMax"/>: it fits every message that may have to carry it on, one record of a scan included.
    /// </summary>
    public static int PayloadBytesMax(int frameBytesMax) => frameBytesMax - MessageOverheadBytesMax;

    internal const int HeaderChecksumOffset = 4;
    internal const int ChecksumOffset = 8;
    internal const int KindOffset = HeaderBytes;
    internal const int BodyOffset = OverheadBytes;

    internal static bool IsKnown(byte kind) => Enum.IsDefined((MessageKind)kind);
}
