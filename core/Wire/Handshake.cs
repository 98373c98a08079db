using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace DEngine.Core;

/// <summary>What was found at the front of a connection's first bytes.</summary>
public enum HelloStatus : byte
{
    /// <summary>The hello is not whole yet.</summary>
    NeedMore = 0,

    /// <summary>A whole hello.</summary>
    Ok = 1,

    /// <summary>The bytes do not begin with our magic: another protocol.</summary>
    NotOurs = 2,

    /// <summary>Our magic, but too large, damaged or of no version's shape: answer <see cref="HandshakeStatus.BadHello"/>, close.</summary>
    Invalid = 3,
}

/// <summary>
/// Bytes of the handshake: <c>[magic][u16 length of what follows][u8 type][fields][u32 CRC32C of everything before]</c>. This never
/// changes between versions; a later one may only add fields behind the known ones, which are skipped here. Callable from any thread,
/// total over any bytes.
/// </summary>
public static class Handshake
{
    /// <summary>The version of the wire format that this code speaks.</summary>
    public const ushort WireVersion = 1;

    /// <summary>
    /// First byte of the magic. No HTTP method and no TLS record begins with it, so one port can tell all three apart by it.
    /// </summary>
    public const byte FirstByte = 0xDE;

    /// <summary>Largest whole hello of any version.</summary>
    public const int HelloBytesMax = 1024;

    /// <summary>Longest cluster id, in bytes of UTF-8.</summary>
    public const int ClusterIdBytesMax = 255;

    private const int PrefixBytes = 6;
    private const int ChecksumBytes = 4;
    private const byte ClientHelloType = 1;
    private const byte ServerHelloType = 2;

    private static ReadOnlySpan<byte> Magic => [FirstByte, (byte)'E', (byte)'N', (byte)'G'];

    /// <summary>Whether a cluster may be called so: 1 to <see cref="ClusterIdBytesMax"/> bytes of UTF-8, well-formed.</summary>
    public static bool IsClusterId(string id)
    {
        // A lone half of a surrogate pair turns into U+FFFD on the way, and two different names into one.
        byte[] bytes = Encoding.UTF8.GetBytes(id);
        return bytes.Length is > 0 and <= ClusterIdBytesMax && Encoding.UTF8.GetString(bytes) == id;
    }

    /// <summary>Writes the first bytes of whoever opens a connection.</summary>
    /// <param name="destination">At least <see cref="HelloBytesMax"/> bytes.</param>
    /// <param name="hello">What to say.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(Span<byte> destination, ClientHello hello)
    {
        BodyWriter fields = Begin(destination, ClientHelloType);
        fields.UInt16(hello.VersionMin);
        fields.UInt16(hello.VersionMax);
        fields.Byte((byte)hello.Role);
        fields.UInt32(hello.Sender.Value);
        fields.UInt32(hello.Target.Value);
        fields.Int32(hello.FrameBytesMax);
        fields.UInt64(hello.Features);
        ClusterId(ref fields, hello.ClusterId);
        Directory(ref fields, hello.Directory);
        return End(destination, fields);
    }

    /// <summary>Writes the answer to a <see cref="ClientHello"/>.</summary>
    /// <inheritdoc cref="Write(Span{byte}, ClientHello)"/>
    public static int Write(Span<byte> destination, ServerHello hello)
    {
        BodyWriter fields = Begin(destination, ServerHelloType);
        fields.UInt16(hello.Version);
        fields.Byte((byte)hello.Status);
        fields.UInt32(hello.Node.Value);
        fields.Int32(hello.FrameBytesMax);
        fields.UInt64(hello.Features);
        ClusterId(ref fields, hello.ClusterId);
        Directory(ref fields, hello.Directory);
        return End(destination, fields);
    }

    /// <summary>Looks for a <see cref="ClientHello"/> at the front of a connection.</summary>
    /// <param name="buffer">The first bytes of the connection; may hold more than the hello.</param>
    /// <param name="hello">The hello, when <see cref="HelloStatus.Ok"/>.</param>
    /// <param name="length">Bytes of the hello, when <see cref="HelloStatus.Ok"/>; frames begin behind it.</param>
    public static HelloStatus Parse(ReadOnlySpan<byte> buffer, out ClientHello? hello, out int length)
    {
        hello = null;
        HelloStatus status = Open(buffer, ClientHelloType, out length, out BodyReader fields);
        if (status != HelloStatus.Ok) return status;
        var parsed = new ClientHello
        {
            VersionMin = fields.UInt16(),
            VersionMax = fields.UInt16(),
            Role = fields.Enum<ConnectionRole>(),
            Sender = new NodeId(fields.UInt32()),
            Target = new NodeId(fields.UInt32()),
            FrameBytesMax = fields.Int32(min: FrameFormat.MessageOverheadBytesMax),
            Features = fields.UInt64(),
            ClusterId = ClusterId(ref fields),
            Directory = Directory(ref fields),
        };
        if (fields.Failed) return Refuse(out length);
        hello = parsed;
        return HelloStatus.Ok;
    }

    /// <summary>Looks for a <see cref="ServerHello"/> at the front of what a server sends.</summary>
    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, out ClientHello, out int)"/>
    public static HelloStatus Parse(ReadOnlySpan<byte> buffer, out ServerHello? hello, out int length)
    {
        hello = null;
        HelloStatus status = Open(buffer, ServerHelloType, out length, out BodyReader fields);
        if (status != HelloStatus.Ok) return status;
        var parsed = new ServerHello
        {
            Version = fields.UInt16(),
            Status = fields.Enum<HandshakeStatus>(),
            Node = new NodeId(fields.UInt32()),
            FrameBytesMax = fields.Int32(min: FrameFormat.MessageOverheadBytesMax),
            Features = fields.UInt64(),
            ClusterId = ClusterId(ref fields),
            Directory = Directory(ref fields),
        };
        if (fields.Failed) return Refuse(out length);
        hello = parsed;
        return HelloStatus.Ok;
    }

    private static BodyWriter Begin(Span<byte> destination, byte type)
    {
        Invariant.Holds(destination.Length >= HelloBytesMax, "a hello is written into a buffer that holds any hello");
        var writer = new BodyWriter(destination[..HelloBytesMax]);
        writer.Bytes(Magic);
        writer.UInt16(0);
        writer.Byte(type);
        return writer;
    }

    private static void ClusterId(ref BodyWriter fields, string id)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(id);
        Invariant.Holds(bytes.Length <= ClusterIdBytesMax, "a cluster id keeps to its longest length");
        fields.Byte((byte)bytes.Length);
        fields.Bytes(bytes);
    }

    private static void Directory(ref BodyWriter fields, in DirectoryStamp stamp)
    {
        fields.UInt64(stamp.Directory.Value);
        fields.UInt32(stamp.Incarnation.Starts);
        fields.UInt32(stamp.Incarnation.Nonce);
        fields.UInt64(stamp.History.Backup);
        fields.UInt64(stamp.History.Root);
        fields.UInt64(stamp.History.Branch);
    }

    private static int End(Span<byte> destination, BodyWriter fields)
    {
        int covered = HelloBytesMax - fields.Remaining;
        int length = covered + ChecksumBytes;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], (ushort)(length - PrefixBytes));
        fields.UInt32(Crc32C.Compute(destination[..covered]));
        return length;
    }

    private static HelloStatus Open(ReadOnlySpan<byte> buffer, byte type, out int length, out BodyReader fields)
    {
        length = 0;
        fields = default;
        int compared = Math.Min(buffer.Length, Magic.Length);
        if (!buffer[..compared].SequenceEqual(Magic[..compared])) return HelloStatus.NotOurs;
        if (buffer.Length < PrefixBytes) return HelloStatus.NeedMore;

        int whole = PrefixBytes + BinaryPrimitives.ReadUInt16LittleEndian(buffer[4..]);
        if (whole is > HelloBytesMax or <= PrefixBytes + ChecksumBytes) return HelloStatus.Invalid;
        if (buffer.Length < whole) return HelloStatus.NeedMore;

        ReadOnlySpan<byte> covered = buffer[..(whole - ChecksumBytes)];
        if (Crc32C.Compute(covered) != BinaryPrimitives.ReadUInt32LittleEndian(buffer[covered.Length..])) return HelloStatus.Invalid;
        fields = new BodyReader(covered[PrefixBytes..]);
        if (fields.Byte() != type) return HelloStatus.Invalid;
        length = whole;
        return HelloStatus.Ok;
    }

    private static string ClusterId(ref BodyReader fields)
    {
        ReadOnlySpan<byte> bytes = fields.Bytes(fields.Byte());
        fields.Require(Utf8.IsValid(bytes));
        return fields.Failed ? "" : Encoding.UTF8.GetString(bytes);
    }

    private static DirectoryStamp Directory(ref BodyReader fields) => new(
        fields.Identity(), new Incarnation(fields.UInt32(), fields.UInt32()), new HistoryId(fields.UInt64(), fields.UInt64(), fields.UInt64()));

    private static HelloStatus Refuse(out int length)
    {
        length = 0;
        return HelloStatus.Invalid;
    }
}
