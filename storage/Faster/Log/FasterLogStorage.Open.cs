using DEngine.Core;
using FASTER.core;

namespace DEngine.Storage.Faster;

public sealed partial class FasterLogStorage
{
    private const int PartsOfPage = 4;

    /// <inheritdoc/>
    /// <exception cref="StorageFullException">No room for the first commit.</exception>
    /// <exception cref="IOException">The device failed, or the disk holds a log of another kind.</exception>
    public LogRecovery Open(Action<Entry> onEntry)
    {
        ArgumentNullException.ThrowIfNull(onEntry);
        Invariant.Holds(!_isOpened, "a log is opened once");
        _isOpened = true;
        if (WriteAheadLog.IsIn(_disk))
        {
            throw new IOException(
                "This directory holds a write-ahead log, and a FASTER log would begin beside it as if there were nothing. Nothing has been changed. Open it as what it "
                + "is, or take an empty directory.");
        }

        bool isMade = CommitFile.IsIn(_disk);
        if (!isMade && DeviceFile.List(_disk, Prefix) is [int first, ..]) throw FasterLogDamage.NoCommit(CommitFile.Name, DeviceFile.Of(Prefix, first));
        _commits = isMade ? CommitFile.Open(_disk) : CommitFile.Create(_disk, FirstCommit());
        FasterCommit commit = _commits.Newest;
        CheckFiles(commit);
        var replay = new FasterReplay(commit);
        using (var pages = new FasterLogPages(_disk, Prefix, commit)) replay.Run(pages);
        Start(commit);
        Resume(commit, replay);
        foreach (Entry entry in replay.Entries) onEntry(entry);
        LogPosition last = replay.Entries.Count > 0 ? replay.Entries[^1].Position : LogPosition.Origin;
        bool isNew = commit.Metadata.Length == 0 && _hardState == default && _extent == LogExtent.New;
        _isUsable = true;
        return new LogRecovery(_hardState, last, isNew, TornBytes: 0, _recovery);
    }

    private FasterCommit FirstCommit() => new()
    {
        Sequence = 1,
        HardState = default,
        Extent = LogExtent.New,
        ExtentBefore = LogExtent.New,
        ChainBefore = 0,
        Chain = 0,
        Sizes = (_options.PageBytes, _options.SegmentBytes),
        Metadata = [],
    };

    /// <summary>FASTER takes a file that is missing or short for one full of zeros.</summary>
    private void CheckFiles(FasterCommit commit)
    {
        (long begin, long until, _) = commit.Addresses();
        if (begin == until) return;
        for (long segment = begin / commit.Sizes.Segment; segment * commit.Sizes.Segment < until; segment++)
        {
            long bytes = Math.Min(until - (segment * commit.Sizes.Segment), commit.Sizes.Segment);
            string name = DeviceFile.Of(Prefix, (int)segment);
            if (!_disk.Exists(name)) throw FasterLogDamage.Missing(name, bytes, length: -1);
            using IDiskFile file = _disk.Open(name);
            if (file.Length < bytes) throw FasterLogDamage.Missing(name, bytes, file.Length);
        }
    }

    private void Start(FasterCommit commit)
    {
        _catcher = new CommitCatcher(commit.Metadata, commit.Addresses().Number);
        _device = new DiskDevice(_disk, Prefix, (int)(commit.Addresses().Begin / commit.Sizes.Segment), DeviceRemoval.ByOwner);
        _fragmentBytesMax = (commit.Sizes.Page / PartsOfPage) - FasterRecord.HeaderBytes;
        try
        {
            _log = new FasterLog(new FasterLogSettings
            {
                LogDevice = _device,
                LogCommitManager = _catcher,
                PageSize = commit.Sizes.Page,
                SegmentSize = commit.Sizes.Segment,
                MemorySize = (long)commit.Sizes.Page * _options.PagesInMemory,
                RemoveOutdatedCommits = false,
            });
        }
        catch (Exception error) when (error is not IOException)
        {
            _device.ThrowIfFailed();
            throw new IOException($"FASTER cannot open the log: {error.Message}", error);
        }
        _device.ThrowIfFailed();
    }

    private void Resume(FasterCommit commit, FasterReplay replay)
    {
        _extent = commit.Extent;
        _extentBefore = commit.ExtentBefore;
        _hardState = commit.HardState;
        _recovery = commit.Recovery;
        _chain = commit.Chain;
        _chainBefore = commit.ChainBefore;
        _places.AddRange(replay.Places);
        _firstPlace = replay.Entries.Count > 0 ? replay.Entries[0].Index : 1;
        _commits!.Renew(_disk);

        // What a process wrote and never committed, or committed not to need and had no time to delete.
        (long begin, long until, _) = commit.Addresses();
        foreach (int segment in DeviceFile.List(_disk, Prefix))
        {
            long start = (long)segment * commit.Sizes.Segment;
            if (start >= until || start + commit.Sizes.Segment <= begin) _disk.Delete(DeviceFile.Of(Prefix, segment));
        }
    }
}
