using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>What most tests of the log do with a simulated disk.</summary>
internal static class LogHarness
{
    public static readonly WriteAheadLogOptions Tiny = new() { SegmentBytes = 4096, ZeroAheadBytes = 4096, RecycledSegmentsMax = 1 };

    public static WriteAheadLog Open(IDisk disk, WriteAheadLogOptions? options = null)
    {
        var log = new WriteAheadLog(disk, options ?? Tiny);
        log.Open(_ => { });
        return log;
    }

    public static LogState Recover(IDisk disk) => Recover(disk, out _);

    public static LogState Recover(IDisk disk, out LogRecovery recovery)
    {
        using var log = new WriteAheadLog(disk, Tiny);
        var entries = new List<Entry>();
        recovery = log.Open(entries.Add);
        for (int i = 1; i < entries.Count; i++) Assert.Equal(entries[i - 1].Index + 1, entries[i].Index);
        return new LogState(recovery.HardState, entries);
    }

    public static PersistBatch Batch(params Entry[] entries)
    {
        var batch = new PersistBatch { Ticket = 1 };
        foreach (Entry entry in entries) batch.Add(entry);
        return batch;
    }

    /// <summary>Appends <paramref name="count"/> entries of one term, one write each, then syncs.</summary>
    public static void Append(WriteAheadLog log, long term, long firstIndex, int count, int payloadBytes = 40)
    {
        for (int i = 0; i < count; i++) log.Write(Batch(StorageUnderTest.MakeEntry(term, firstIndex + i, payloadBytes)));
        log.Sync();
    }

    public static void LoseEverythingUnsynced(SimulatedDisk disk)
    {
        var random = new DeterministicRandom(1);
        disk.PowerLoss(ref random, PowerLossPolicy.LoseEverything);
    }
}
