using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>Fills a body of known size, front to back. Fixed width, little-endian: every value has exactly one encoding.</summary>
internal ref struct BodyWriter(Span<byte> body)
{
    public const int PositionBytes = 16;

    public const int IdentityBytes = 8;

    public const int SnapshotBytes = PositionBytes + 8 + 4;

    private Span<byte> _rest = body;

    public readonly int Remaining => _rest.Length;

    public void Byte(byte value)
    {
        _rest[0] = value;
        _rest = _rest[1..];
    }

    public void Boolean(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_rest, value);
        _rest = _rest[sizeof(ushort)..];
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_rest, value);
        _rest = _rest[sizeof(uint)..];
    }

    public void Int32(int value) => UInt32((uint)value);

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_rest, value);
        _rest = _rest[sizeof(ulong)..];
    }

    public void Int64(long value) => UInt64((ulong)value);

    public void Position(LogPosition position)
    {
        Int64(position.Term);
        Int64(position.Index);
    }

    public void Identity(NodeIdentity identity) => UInt64(identity.Value);

    public void Snapshot(SnapshotId snapshot)
    {
        Position(snapshot.Last);
        Int64(snapshot.Bytes);
        UInt32(snapshot.Checksum);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_rest);
        _rest = _rest[value.Length..];
    }
}
