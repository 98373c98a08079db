using System.Buffers.Binary;
using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// A data directory's identity, in a file of its own: drawn when the directory is first used, never changed (Z4). Kept twice, so that a damaged
/// sector does not make a node a stranger; a damaged copy is put right at the next start.
/// </summary>
public static class DirectoryIdentity
{
    /// <summary>The file's name.</summary>
    public const string FileName = "identity";

    private const string UnfinishedName = "identity.new";
    private const ulong Magic = 0x3144_4949_474E_4544; // "DENGIID1", little-endian
    private const int CopyBytes = 512;
    private const int UsedBytes = 20;

    /// <summary>Reads the identity, or makes one, durably, where there is none. Once at a start, before anything else in the directory is used.</summary>
    /// <param name="disk">The directory.</param>
    /// <param name="draw">A random number for a new one.</param>
    /// <exception cref="StorageDamagedException">There is one, and neither copy can be read.</exception>
    /// <exception cref="StorageFullException">No room for a new one; nothing is left of it.</exception>
    /// <exception cref="IOException">The device failed.</exception>
    public static NodeIdentity ReadOrCreate(IDisk disk, Func<ulong> draw) => ReadOrCreate(disk, draw, out _);

    /// <inheritdoc cref="ReadOrCreate(IDisk, Func{ulong})"/>
    /// <param name="disk">The directory.</param>
    /// <param name="draw">A random number for a new one.</param>
    /// <param name="isRepaired">One of the two copies was damaged, and has been written anew from the other one.</param>
    public static NodeIdentity ReadOrCreate(IDisk disk, Func<ulong> draw, out bool isRepaired)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(draw);
        isRepaired = false;
        NodeIdentity identity = disk.Exists(FileName) ? Read(disk, out isRepaired) : Create(disk, new NodeIdentity(Math.Max(draw(), 1)));

        // Also where it was there: the process that made it may have ended before this.
        disk.SyncDirectory();
        return identity;
    }

    private static NodeIdentity Read(IDisk disk, out bool isRepaired)
    {
        isRepaired = false;
        using IDiskFile file = disk.Open(FileName);
        Span<byte> bytes = stackalloc byte[2 * CopyBytes];
        bytes.Clear();
        file.Read(0, bytes);
        Span<byte> first = bytes[..UsedBytes];
        Span<byte> second = bytes.Slice(CopyBytes, UsedBytes);
        if (IsWhole(first) || IsWhole(second))
        {
            isRepaired = !first.SequenceEqual(second);
            Span<byte> whole = IsWhole(first) ? first : second;
            if (isRepaired)
            {
                file.Write(IsWhole(first) ? CopyBytes : 0, whole);
                file.Sync();
            }

            return new NodeIdentity(BinaryPrimitives.ReadUInt64LittleEndian(whole[8..]));
        }

        throw new StorageDamagedException(
            $"The file {FileName}, which says which directory this is, cannot be read. Nothing has been changed. The cluster knows this node by it: keep the directory for "
            + "inspection, then let the node come back with an empty directory as a new member.");
    }

    private static bool IsWhole(ReadOnlySpan<byte> copy) =>
        BinaryPrimitives.ReadUInt64LittleEndian(copy) == Magic && BinaryPrimitives.ReadUInt32LittleEndian(copy[16..]) == Crc32C.Compute(copy[..16]);

    /// <summary>Under another name first: a file of this name is whole.</summary>
    private static NodeIdentity Create(IDisk disk, NodeIdentity identity)
    {
        if (disk.Exists(UnfinishedName)) disk.Delete(UnfinishedName);
        try
        {
            using IDiskFile file = disk.Create(UnfinishedName);
            Span<byte> bytes = stackalloc byte[UsedBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], identity.Value);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], Crc32C.Compute(bytes[..16]));
            file.Write(0, bytes);
            file.Write(CopyBytes, bytes);
            file.Sync();
        }
        catch (StorageFullException)
        {
            disk.Delete(UnfinishedName);
            throw;
        }

        disk.Rename(UnfinishedName, FileName);
        return identity;
    }
}
