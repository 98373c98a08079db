using DEngine.Core;
using DEngine.Storage.Tests;
using DEngine.Testing;

namespace DEngine.Storage.Faster.Tests;

/// <summary>What most tests of the log on FASTER do.</summary>
internal static class FasterLogHarness
{
    public static readonly FasterLogOptions Tiny = new() { PageBytes = 4096, PagesInMemory = 4, SegmentBytes = 8192 };

    public static FasterLogStorage Open(IDisk disk, FasterLogOptions? options = null)
    {
        var log = new FasterLogStorage(disk, options ?? Tiny);
        log.Open(_ => { });
        return log;
    }

    public static LogState Recover(IDisk disk)
    {
        using var log = new FasterLogStorage(disk, Tiny);
        var entries = new List<Entry>();
        LogRecovery recovery = log.Open(entries.Add);
        return new LogState(recovery.HardState, entries);
    }

    public static PersistBatch Batch(long term, long first, int count, int payloadBytes)
    {
        var batch = new PersistBatch { Ticket = 1 };
        for (int i = 0; i < count; i++) batch.Add(StorageUnderTest.MakeEntry(term, first + i, payloadBytes));
        return batch;
    }

    /// <summary>A disk with some segments of a log that has seen everything: votes, conflicts, drops, large entries.</summary>
    public static SimulatedDisk MakeDisk(out LogState expected, ulong seed = 5)
    {
        var disk = new SimulatedDisk();
        var model = new LogModel(LogState.Empty);
        using FasterLogStorage log = Open(disk);
        new LogScript(seed, entries: 150).Play(log, model);
        log.Sync();
        expected = model.Current;
        return disk;
    }
}
