using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DEngine.Core;

/// <summary>
/// Reads a body front to back without ever throwing: the first thing wrong is kept in <see cref="Error"/>, and from then on all
/// reads give the default. Callers read everything, then look at the error once.
/// </summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    public DecodeError Error { get; private set; }

    public readonly int Remaining => _rest.Length;

    public readonly bool Failed => Error != DecodeError.None;

    /// <summary>The error so far, or <see cref="DecodeError.TrailingBytes"/> when the body is longer than its message.</summary>
    public readonly DecodeError End() => Failed || _rest.IsEmpty ? Error : DecodeError.TrailingBytes;

    public void Require(bool valid)
    {
        if (!valid) Fail(DecodeError.InvalidField);
    }

    public void Fail(DecodeError error)
    {
        if (!Failed) Error = error;
        _rest = default;
    }

    public ReadOnlySpan<byte> Bytes(uint count)
    {
        if (count > (uint)_rest.Length)
        {
            Fail(DecodeError.Truncated);
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    public ReadOnlySpan<byte> Rest() => Bytes((uint)_rest.Length);

    public byte Byte()
    {
        ReadOnlySpan<byte> bytes = Bytes(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    /// <summary>0 or 1; anything else is refused, so that a message has one encoding.</summary>
    public bool Boolean()
    {
        byte value = Byte();
        Require(value <= 1);
        return value == 1;
    }

    /// <summary>A byte that must be a named member of the enum.</summary>
    public TEnum Enum<TEnum>()
        where TEnum : unmanaged, Enum
    {
        var value = Unsafe.BitCast<byte, TEnum>(Byte());
        Require(System.Enum.IsDefined(value));
        return value;
    }

    public ushort UInt16()
    {
        ReadOnlySpan<byte> bytes = Bytes(sizeof(ushort));
        return bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint UInt32()
    {
        ReadOnlySpan<byte> bytes = Bytes(sizeof(uint));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public int Int32(int min)
    {
        int value = (int)UInt32();
        Require(value >= min);
        return value;
    }

    public NodeIdentity Identity() => new(UInt64());

    public ulong UInt64()
    {
        ReadOnlySpan<byte> bytes = Bytes(sizeof(ulong));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public long Int64(long min)
    {
        long value = (long)UInt64();
        Require(value >= min);
        return value;
    }

    /// <summary>The origin, or term and index both 1 and up.</summary>
    public LogPosition Position()
    {
        var position = new LogPosition((long)UInt64(), (long)UInt64());
        Require(position == LogPosition.Origin || (position.Term >= 1 && position.Index >= 1));
        return position;
    }
}
