using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// The file that says whose a data directory is, which directory it is, and in which of its lives (Z8). Two copies, so that a damaged sector does not make
/// a node a stranger. An identity stands for the log beside it: where the log is gone, so is the identity, and another one is drawn (Z4).
/// </summary>
/// <remarks>
/// The copies of a file that is there are written in place, one when the other is durable: a start needs no room on a full disk, and whichever copy is
/// lost to a crash, the other one is whole. A life counts from when both are durable; nothing is said to another node before.
/// </remarks>
public static class DirectoryIdentity
{
    /// <summary>The file's name.</summary>
    public const string FileName = "identity";

    private const string UnfinishedName = "identity.new";
    private const string AgainName = "identity.again";

    /// <summary>Begins another life of a directory, durably. Once at a start, before anything else in the directory is used.</summary>
    /// <param name="disk">The directory.</param>
    /// <param name="owner">The node that is about to use it.</param>
    /// <param name="hasLog">Whether there is any part of a log in the directory.</param>
    /// <param name="draw">A random number for a new identity.</param>
    /// <param name="nonce">A random number for the life that begins.</param>
    /// <exception cref="WrongDirectoryException">It belongs to another node or cluster. Nothing has been changed.</exception>
    /// <exception cref="StorageDamagedException">There is a log, and the file is missing or unreadable. Nothing has been changed.</exception>
    /// <exception cref="StorageFullException">No room for a new file; nothing is left of it.</exception>
    /// <exception cref="IOException">The device failed.</exception>
    public static DirectoryLife Begin(IDisk disk, DirectoryOwner owner, bool hasLog, Func<ulong> draw, uint nonce)
    {
        ArgumentNullException.ThrowIfNull(disk);
        ArgumentNullException.ThrowIfNull(draw);
        if (!disk.Exists(FileName) && disk.Exists(AgainName)) disk.Rename(AgainName, FileName);
        bool isThere = disk.Exists(FileName);
        Found found = isThere ? Read(disk, hasLog) : default;
        if (found.Record is { } other && other.Owner != owner) throw Wrong(other.Owner, owner);
        if (hasLog && found.Record is null) throw Damaged(isThere);

        IdentityRecord before = hasLog && found.Record is { } same ? same : new IdentityRecord(owner, new NodeIdentity(Math.Max(draw(), 1)), Incarnation.None);
        var next = before with { Incarnation = new Incarnation(checked(before.Incarnation.Starts + 1), nonce) };
        if (isThere) Overwrite(disk, next, found.Copy);
        else Create(disk, next);

        disk.SyncDirectory();
        return new DirectoryLife(next.Identity, next.Incarnation, IsRepaired: found is { IsDamaged: true, Record: not null });
    }

    /// <summary>The newer copy. Two of different directories: a start without a log was interrupted, and a log beside them is of neither for certain.</summary>
    private static Found Read(IDisk disk, bool hasLog)
    {
        using IDiskFile file = disk.Open(FileName);
        Span<byte> bytes = stackalloc byte[2 * IdentityRecord.Bytes];
        bytes.Clear();
        file.Read(0, bytes);
        IdentityRecord? first = IdentityRecord.TryRead(bytes[..IdentityRecord.Bytes]);
        IdentityRecord? second = IdentityRecord.TryRead(bytes[IdentityRecord.Bytes..]);
        if (first is not { } one) return new Found(second, Copy: 1, IsDamaged: true);
        if (second is not { } two) return new Found(one, Copy: 0, IsDamaged: true);
        if (one.Identity != two.Identity && hasLog) return new Found(null, Copy: 0, IsDamaged: true);
        return one.Incarnation.Starts < two.Incarnation.Starts ? new Found(two, Copy: 1, IsDamaged: false) : new Found(one, Copy: 0, IsDamaged: false);
    }

    /// <summary>The copy that was read is written last: it is whole until the other one is.</summary>
    private static void Overwrite(IDisk disk, in IdentityRecord record, int readCopy)
    {
        Span<byte> bytes = stackalloc byte[IdentityRecord.Bytes];
        record.Write(bytes);
        using IDiskFile file = disk.Open(FileName);
        foreach (int copy in (ReadOnlySpan<int>)[1 - readCopy, readCopy])
        {
            file.Write(copy * IdentityRecord.Bytes, bytes);
            file.Sync();
        }

        // A directory sync that failed under an earlier process leaves a name that is seen and is not on the device.
        disk.Rename(FileName, AgainName);
        disk.Rename(AgainName, FileName);
    }

    /// <summary>Under another name first: a file of this name is whole.</summary>
    private static void Create(IDisk disk, in IdentityRecord record)
    {
        if (disk.Exists(UnfinishedName)) disk.Delete(UnfinishedName);
        try
        {
            Span<byte> bytes = stackalloc byte[IdentityRecord.Bytes];
            record.Write(bytes);
            using IDiskFile file = disk.Create(UnfinishedName);
            file.Write(0, bytes);
            file.Write(IdentityRecord.Bytes, bytes);
            file.Sync();
        }
        catch (StorageFullException)
        {
            disk.Delete(UnfinishedName);
            throw;
        }

        disk.Rename(UnfinishedName, FileName);
    }

    private static WrongDirectoryException Wrong(DirectoryOwner found, DirectoryOwner owner) =>
        new($"The directory belongs to {found}, and {owner} was to use it. Nothing has been changed.", found, owner);

    private static StorageDamagedException Damaged(bool isThere) => new(
        $"The directory holds a log, and the file {FileName}, which says whose it is and which directory, {(isThere ? "cannot be read" : "is missing")}: the directory is "
        + "damaged, or a part of another one. Nothing has been changed. Put back the file or the whole directory; or empty the directory "
        + "('dengine reset --data-dir DIR --yes'), start the node, and say 'dengine replace N' to the cluster, N being the node's number.");

    /// <param name="Record">Null: neither copy can be believed.</param>
    /// <param name="Copy">The copy that it comes from.</param>
    /// <param name="IsDamaged">A copy could not be believed.</param>
    private readonly record struct Found(IdentityRecord? Record, int Copy, bool IsDamaged);
}
