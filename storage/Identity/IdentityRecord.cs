using System.Buffers.Binary;
using System.Text;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>One copy of what the file <see cref="DirectoryIdentity.FileName"/> says. Little-endian, with a checksum over all of it (docs/storage.md).</summary>
/// <param name="Owner">The node that the directory belongs to.</param>
/// <param name="Identity">Which directory it is.</param>
/// <param name="Incarnation">Its newest life.</param>
internal readonly record struct IdentityRecord(DirectoryOwner Owner, NodeIdentity Identity, Incarnation Incarnation)
{
    /// <summary>A copy has a sector of its own.</summary>
    public const int Bytes = 512;

    private const ulong Magic = 0x3244_4949_474E_4544; // "DENGIID2"
    private const int NodeOffset = 8;
    private const int StartsOffset = 12;
    private const int DirectoryOffset = 16;
    private const int NonceOffset = 24;
    private const int LengthOffset = 28;
    private const int NameOffset = 32;
    private const int ChecksumOffset = Bytes - sizeof(uint);

    public void Write(Span<byte> target)
    {
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(target[NodeOffset..], Owner.Node.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(target[StartsOffset..], Incarnation.Starts);
        BinaryPrimitives.WriteUInt64LittleEndian(target[DirectoryOffset..], Identity.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(target[NonceOffset..], Incarnation.Nonce);
        int length = Encoding.UTF8.GetBytes(Owner.Cluster, target.Slice(NameOffset, DirectoryOwner.ClusterBytesMax));
        BinaryPrimitives.WriteInt32LittleEndian(target[LengthOffset..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[ChecksumOffset..], Crc32C.Compute(target[..ChecksumOffset]));
    }

    /// <summary>Null: damaged, or no such record.</summary>
    public static IdentityRecord? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Crc32C.Compute(bytes[..ChecksumOffset])) return null;
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[LengthOffset..]);
        if (length is < 0 or > DirectoryOwner.ClusterBytesMax) return null;
        var owner = new DirectoryOwner(
            Encoding.UTF8.GetString(bytes.Slice(NameOffset, length)), new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[NodeOffset..])));
        var incarnation = new Incarnation(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[StartsOffset..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[NonceOffset..]));
        return new IdentityRecord(owner, new NodeIdentity(BinaryPrimitives.ReadUInt64LittleEndian(bytes[DirectoryOffset..])), incarnation);
    }
}
