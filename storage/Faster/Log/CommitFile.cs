using DEngine.Core;

namespace DEngine.Storage.Faster;

/// <summary>
/// The file that says up to where a <see cref="FasterLogStorage"/> is durable. Commits take turns in two places, so that the one before stays whole while the
/// next is written; each is there twice, some pages apart, so that a single unreadable page loses none. A name is given to a file with a durable commit only.
/// </summary>
internal sealed class CommitFile : IDisposable
{
    public const string Name = "faster-log.commit";

    private const string NewName = "faster-log.commit.new";
    private const string AgainName = "faster-log.commit.again";
    private const int PageBytes = 4096;
    private const int Turns = 2;
    private const int Copies = 2;
    private const int FileBytes = (((Turns * Copies) - 1) * PageBytes) + FasterCommit.Bytes;

    private readonly IDiskFile _file;
    private readonly byte[] _sector = new byte[FasterCommit.Bytes];

    private CommitFile(IDiskFile file, FasterCommit newest)
    {
        _file = file;
        Newest = newest;
    }

    /// <summary>The newest durable commit.</summary>
    public FasterCommit Newest { get; private set; }

    public static bool IsIn(IDisk disk) => disk.Exists(Name) || disk.Exists(AgainName);

    /// <summary>Makes the file with its first commit; durable on return.</summary>
    public static CommitFile Create(IDisk disk, FasterCommit first)
    {
        disk.Delete(NewName);
        var file = new CommitFile(disk.Create(NewName), first);
        try
        {
            // In both places, so that at most one is ever without a commit: the one that a crash fell on.
            file.Put(first, turn: (first.Sequence + 1) % Turns);
            file.Write(first);
            disk.Rename(NewName, Name);
            disk.SyncDirectory();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file that is there, changing nothing.</summary>
    /// <exception cref="StorageDamagedException">No commit in it can be read.</exception>
    public static CommitFile Open(IDisk disk)
    {
        if (!disk.Exists(Name)) disk.Rename(AgainName, Name);
        IDiskFile file = disk.Open(Name);
        FasterCommit? newest = null;
        Span<byte> sector = stackalloc byte[FasterCommit.Bytes];
        for (int place = 0; place < Turns * Copies && file.Length >= FileBytes; place++)
        {
            if (file.Read(place * PageBytes, sector) < sector.Length || FasterCommit.Read(sector) is not { } commit) continue;
            if (newest is null || commit.Sequence > newest.Sequence) newest = commit;
        }
        if (newest is not null) return new CommitFile(file, newest);
        file.Dispose();
        throw FasterLogDamage.Commit(Name);
    }

    /// <summary>
    /// Makes what was found durable, whatever the process before this one had come to: a sync of its that failed leaves pages and names that can be seen, count
    /// as clean and are not on the device. Only writing and naming anew makes the next sync tell the truth.
    /// </summary>
    public void Renew(IDisk disk)
    {
        disk.Delete(NewName);
        Write(Newest with { Sequence = Newest.Sequence + 1 });
        disk.Rename(Name, AgainName);
        disk.Rename(AgainName, Name);
        disk.SyncDirectory();
    }

    /// <summary>Writes a commit; durable on return.</summary>
    /// <exception cref="IOException">The device failed: which commit will be found is not known.</exception>
    public void Write(FasterCommit commit)
    {
        Put(commit, commit.Sequence % Turns);
        _file.Sync();
        Newest = commit;
    }

    public void Dispose() => _file.Dispose();

    private void Put(FasterCommit commit, long turn)
    {
        commit.Write(_sector);
        for (int copy = 0; copy < Copies; copy++) _file.Write(((copy * Turns) + turn) * PageBytes, _sector);
    }
}
