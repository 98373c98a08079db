using System.Buffers;

namespace DEngine.Core;

/// <summary>
/// Bytes of a snapshot on their way between the loop and whoever keeps snapshots, in an array that is used again. An array of their own for each message would
/// be large ones by the thousand for one transfer, and the garbage collector goes through a whole large state to find that they are not needed any more.
/// One thread at a time; whoever has them last releases them. Those that are never released are garbage like any other.
/// </summary>
public sealed class SnapshotBytes
{
    private byte[] _array;

    private SnapshotBytes(byte[] array, int length)
    {
        _array = array;
        Length = length;
    }

    /// <summary>How many; 0 and up.</summary>
    public int Length { get; private set; }

    /// <summary>Valid until <see cref="Release"/>.</summary>
    public Span<byte> Span => _array.AsSpan(0, Length);

    /// <summary>Room for so many, with anything in it.</summary>
    public static SnapshotBytes Rent(int length) => new(length == 0 ? [] : ArrayPool<byte>.Shared.Rent(length), length);

    /// <summary>A copy.</summary>
    public static SnapshotBytes CopyOf(ReadOnlySpan<byte> bytes)
    {
        SnapshotBytes copy = Rent(bytes.Length);
        bytes.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>There are fewer than there was room for.</summary>
    public void Shorten(int length)
    {
        Invariant.Holds(length >= 0 && length <= Length, "bytes are only left out at the end", length, Length);
        Length = length;
    }

    /// <summary>They are not needed any more, and none are here from now on. Again does nothing.</summary>
    public void Release()
    {
        byte[] array = _array;
        _array = [];
        Length = 0;
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
    }
}
