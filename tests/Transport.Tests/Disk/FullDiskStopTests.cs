using System.Collections.Concurrent;
using System.Diagnostics;
using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Transport.Tests;

/// <summary>The real thread over the real write-ahead log, on a full disk: a stop leaves a prefix of what was submitted, and ends (D9).</summary>
public sealed class FullDiskStopTests : IDisposable
{
    private const int Large = 64 << 10;
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(20);

    private readonly SimulatedDisk _disk = new();
    private readonly ConcurrentQueue<long> _durable = new();
    private readonly ConcurrentQueue<bool> _full = new();
    private readonly ConcurrentQueue<Exception> _failures = new();

    [Fact]
    public async Task A_stop_on_a_full_disk_writes_nothing_newer_than_what_was_refused()
    {
        using WriteAheadLog log = Open();
        DiskWorker worker = await FilledUpAsync(log);
        worker.Submit(Batch(2, term: 2, first: 3, count: 3, Large, truncateFrom: 3));
        await Patience.UntilAsync(() => _full.Contains(true));

        // Small enough for what is left of the open segment: an overwritten term would be under a newer one.
        worker.Submit(Batch(3, term: 2, first: 6, count: 1, 10));
        StopInTime(worker);
        Assert.Empty(_failures);
        Assert.Equal([1L], _durable);
        log.Dispose();
        Assert.Equal("1:1 1:2 1:3 1:4 1:5", Read());
    }

    [Fact]
    public async Task A_stop_on_a_full_disk_is_no_fatal_error_when_more_is_queued_behind()
    {
        using WriteAheadLog log = Open();
        DiskWorker worker = await FilledUpAsync(log);
        worker.Submit(Batch(2, term: 1, first: 6, count: 3, Large));
        await Patience.UntilAsync(() => _full.Contains(true));
        worker.Submit(Batch(3, term: 1, first: 9, count: 1, 10));
        StopInTime(worker);
        Assert.Empty(_failures);
        log.Dispose();
        Assert.Equal("1:1 1:2 1:3 1:4 1:5", Read());
    }

    [Fact]
    public async Task A_stop_on_a_full_disk_ends_when_what_is_queued_behind_does_not_fit_either()
    {
        using WriteAheadLog log = Open();
        DiskWorker worker = await FilledUpAsync(log);
        worker.Submit(Batch(2, term: 1, first: 6, count: 2, Large));
        await Patience.UntilAsync(() => _full.Contains(true));
        worker.Submit(Batch(3, term: 1, first: 8, count: 2, Large));
        TimeSpan used = Process.GetCurrentProcess().TotalProcessorTime;
        StopInTime(worker);
        Assert.True(Process.GetCurrentProcess().TotalProcessorTime - used < StopMax / 4, "the thread spins while it stops");
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_stop_writes_what_there_is_room_for_again()
    {
        using WriteAheadLog log = Open();
        DiskWorker worker = await FilledUpAsync(log);
        worker.Submit(Batch(2, term: 1, first: 6, count: 1, Large));
        worker.Submit(Batch(3, term: 1, first: 7, count: 1, Large));
        await Patience.UntilAsync(() => _full.Contains(true));
        _disk.CapacityBytes = long.MaxValue;
        StopInTime(worker);
        Assert.Equal(3, _durable.Last());
        log.Dispose();
        Assert.Equal("1:1 1:2 1:3 1:4 1:5 1:6 1:7", Read());
    }

    [Fact]
    public async Task A_drop_that_waits_behind_a_refused_batch_makes_the_room_that_it_needs()
    {
        using WriteAheadLog log = Open();
        DiskWorker worker = Start(log);
        for (int i = 1; i <= 6; i++) worker.Submit(Batch(i, term: 1, first: i, count: 1, Large));
        await Patience.UntilAsync(() => _durable.LastOrDefault() == 6);
        _disk.CapacityBytes = _disk.UsedBytes;
        worker.Submit(Batch(7, term: 1, first: 7, count: 1, Large));
        await Patience.UntilAsync(() => _full.Contains(true));
        worker.Submit(new PersistBatch { Ticket = 8, DropBefore = 6 });
        await Patience.UntilAsync(() => _durable.LastOrDefault() == 8);
        Assert.Equal([true, false], _full);
        StopInTime(worker);
        log.Dispose();
        Assert.Equal("1:6 1:7", Read());
    }

    public void Dispose() => _disk.Dispose();

    private static PersistBatch Batch(long ticket, long term, long first, int count, int bytes, long? truncateFrom = null)
    {
        var batch = new PersistBatch { Ticket = ticket, TruncateFrom = truncateFrom };
        for (int i = 0; i < count; i++) batch.Add(new Entry(new LogPosition(term, first + i), EntryKind.Command, new byte[bytes]));
        return batch;
    }

    private WriteAheadLog Open()
    {
        var log = new WriteAheadLog(_disk, new WriteAheadLogOptions { SegmentBytes = 2 * Large, ZeroAheadBytes = 4096 });
        log.Open(_ => { });
        return log;
    }

    private DiskWorker Start(WriteAheadLog log)
    {
        var worker = new DiskWorker(log, new LogWorkOptions(), "disk under test", _durable.Enqueue, _full.Enqueue, _failures.Enqueue);
        worker.Start();
        return worker;
    }

    /// <summary>Entries 1 to 5 of term 1 are durable, and there is no room for more than a little.</summary>
    private async Task<DiskWorker> FilledUpAsync(WriteAheadLog log)
    {
        DiskWorker worker = Start(log);
        worker.Submit(Batch(1, term: 1, first: 1, count: 5, 10));
        await Patience.UntilAsync(() => _durable.Contains(1));
        _disk.CapacityBytes = _disk.UsedBytes;
        return worker;
    }

    private static void StopInTime(DiskWorker worker) => Assert.True(Task.Run(worker.Stop).Wait(StopMax), "the stop does not end");

    private string Read()
    {
        using WriteAheadLog log = new(_disk.Copy(), new WriteAheadLogOptions { SegmentBytes = 2 * Large, ZeroAheadBytes = 4096 });
        var entries = new List<LogPosition>();
        LogRecovery recovery = log.Open(entry => entries.Add(entry.Position));
        Assert.Equal("", recovery.Damage);
        return string.Join(' ', entries.Select(position => $"{position.Term}:{position.Index}"));
    }
}
