using System.Buffers.Binary;

namespace DEngine.Core;

/// <summary>
/// A configuration as bytes, in log entries and in snapshots, little-endian: <c>[u8 version, 2][u16 members][u64 backup][u64 root][u64 branch]</c>, the three
/// of the history (Z6), and for each member, by ascending id, <c>[u32 id][u8 role][u64 identity][u32 starts][u32 nonce]</c>, the last two of its incarnation.
/// </summary>
public static class ConfigurationFormat
{
    private const byte Version = 2;
    private const int HistoryAt = 1 + sizeof(ushort);
    private const int HeaderBytes = HistoryAt + (3 * sizeof(ulong));
    private const int IdentityAt = sizeof(uint) + 1;
    private const int IncarnationAt = IdentityAt + sizeof(ulong);
    private const int MemberBytes = IncarnationAt + (2 * sizeof(uint));

    /// <summary>The configuration's bytes; a new array.</summary>
    public static byte[] Write(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Invariant.Holds(!configuration.IsInitial, "an initial configuration is in no log");
        byte[] bytes = new byte[HeaderBytes + (configuration.Members.Length * MemberBytes)];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(1), checked((ushort)configuration.Members.Length));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HistoryAt), configuration.History.Backup);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HistoryAt + sizeof(ulong)), configuration.History.Root);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(HistoryAt + (2 * sizeof(ulong))), configuration.History.Branch);
        Span<byte> rest = bytes.AsSpan(HeaderBytes);
        foreach (ref readonly Member member in configuration.Members)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(rest, member.Id.Value);
            rest[sizeof(uint)] = (byte)member.Role;
            BinaryPrimitives.WriteUInt64LittleEndian(rest[IdentityAt..], member.Identity.Value);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[IncarnationAt..], member.Incarnation.Starts);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[(IncarnationAt + sizeof(uint))..], member.Incarnation.Nonce);
            rest = rest[MemberBytes..];
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null: these are not such bytes. Total.</summary>
    public static Configuration? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] != Version) return null;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        if (bytes.Length != HeaderBytes + (count * MemberBytes)) return null;
        var members = new List<Member>(count);
        for (ReadOnlySpan<byte> rest = bytes[HeaderBytes..]; !rest.IsEmpty; rest = rest[MemberBytes..])
        {
            var member = new Member(
                new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(rest)), (MembershipRole)rest[sizeof(uint)],
                new NodeIdentity(BinaryPrimitives.ReadUInt64LittleEndian(rest[IdentityAt..])),
                new Incarnation(
                    BinaryPrimitives.ReadUInt32LittleEndian(rest[IncarnationAt..]),
                    BinaryPrimitives.ReadUInt32LittleEndian(rest[(IncarnationAt + sizeof(uint))..])));
            bool inOrder = !member.Id.IsNone && (members.Count == 0 || members[^1].Id < member.Id);
            if (!inOrder || !Enum.IsDefined(member.Role)) return null;
            members.Add(member);
        }

        bool isJoint = members.Exists(member => member.IsTransitional);
        bool hasVoters = members.Exists(member => member.IsVoter) && (!isJoint || members.Exists(member => member.WasVoter));
        var history = new HistoryId(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[HistoryAt..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[(HistoryAt + sizeof(ulong))..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[(HistoryAt + (2 * sizeof(ulong)))..]));
        return hasVoters ? new Configuration(members, history: history) : null;
    }
}
