using System.Collections.Concurrent;
using DEngine.Core;

namespace DEngine.Transport.Tests;

public sealed class DiskWorkerTests : IDisposable
{
    private readonly ScriptedLog _log = new();
    private readonly ConcurrentQueue<long> _durable = new();
    private readonly ConcurrentQueue<bool> _full = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly DiskWorker _worker;

    public DiskWorkerTests()
    {
        _worker = new DiskWorker(_log, new LogWorkOptions(), "disk under test", _durable.Enqueue, _full.Enqueue, _failures.Enqueue);
        _worker.Start();
    }

    [Fact]
    public async Task What_gathers_while_the_disk_is_busy_shares_one_sync()
    {
        _log.Hang();
        for (long ticket = 1; ticket <= 10; ticket++) _worker.Submit(new PersistBatch { Ticket = ticket });
        _log.GoOn();
        await Patience.UntilAsync(() => _durable.LastOrDefault() == 10);
        Assert.Equal([.. Enumerable.Range(1, 10).Select(ticket => $"write {ticket}")], _log.Calls.Where(call => call != "sync"));
        Assert.InRange(_worker.Syncs, 1, 2);
        Assert.Equal(_durable.Order(), _durable);
        Assert.Equal(_worker.Syncs, Enumerable.Range(0, LatencyBuckets.BoundsSeconds.Length + 1).Sum(bucket => _worker.SyncDurations.CountOf(bucket)));
    }

    [Fact]
    public async Task A_full_disk_is_waited_out_and_nothing_is_reported_as_durable_meanwhile()
    {
        _worker.Submit(new PersistBatch { Ticket = 1 });
        await Patience.UntilAsync(() => _durable.Contains(1));
        _log.IsFull = true;
        _worker.Submit(new PersistBatch { Ticket = 2 });
        await Patience.UntilAsync(() => _full.Contains(true));
        Assert.DoesNotContain(2, _durable);
        _log.IsFull = false;
        await Patience.UntilAsync(() => _durable.Contains(2));
        Assert.Equal([true, false], _full);
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task A_failed_sync_is_final()
    {
        _log.FailsSync = true;
        _worker.Submit(new PersistBatch { Ticket = 1 });
        await Patience.UntilAsync(() => !_failures.IsEmpty);
        _log.FailsSync = false;
        _worker.Submit(new PersistBatch { Ticket = 2 });
        _worker.Stop();
        Assert.Empty(_durable);
        Assert.Single(_failures);
    }

    [Fact]
    public void A_stop_finishes_what_was_submitted()
    {
        for (long ticket = 1; ticket <= 100; ticket++) _worker.Submit(new PersistBatch { Ticket = ticket });
        _worker.Stop();
        Assert.Equal(100, _durable.Last());
    }

    [Fact]
    public async Task Memory_first_acknowledges_what_is_written_and_syncs_behind_it()
    {
        using var log = new ScriptedLog();
        DiskWorker worker = Start(log, new FlushLimits(Threshold: 3, TimeSpan.FromMinutes(10), BufferedEntriesMax: 100));
        worker.Submit(Entries(1, 2));
        await Patience.UntilAsync(() => _durable.Contains(1));
        Assert.Equal((0, 2), (worker.Syncs, worker.BufferedEntries));
        worker.Submit(Entries(2, 1));
        await Patience.UntilAsync(() => worker.Syncs == 1);
        Assert.Equal(["write 1", "write 2", "sync"], log.Calls);
        await Patience.UntilAsync(() => worker.BufferedEntries == 0);
        worker.Stop();
    }

    [Fact]
    public async Task Memory_first_syncs_what_has_waited_long_enough()
    {
        using var log = new ScriptedLog();
        DiskWorker worker = Start(log, new FlushLimits(Threshold: 1000, TimeSpan.FromMilliseconds(20), BufferedEntriesMax: 1000));
        worker.Submit(Entries(1, 1));
        await Patience.UntilAsync(() => worker.Syncs == 1);
        Assert.Equal(0, worker.BufferedEntries);
        worker.Stop();
    }

    [Fact]
    public async Task Memory_first_syncs_term_and_vote_before_it_acknowledges_and_so_it_does_beyond_its_limit()
    {
        using var log = new ScriptedLog();
        DiskWorker worker = Start(log, new FlushLimits(Threshold: 5, TimeSpan.FromMinutes(10), BufferedEntriesMax: 5));
        log.Hang();
        PersistBatch vote = Entries(1, 0);
        vote.HardState = new HardState(3, new NodeId(1));
        worker.Submit(vote);
        log.GoOn();
        await Patience.UntilAsync(() => _durable.Contains(1));
        Assert.Equal(1, worker.Syncs);
        log.FailsSync = true;
        worker.Submit(Entries(2, 5));
        await Patience.UntilAsync(() => !_failures.IsEmpty);
        Assert.DoesNotContain(2, _durable);
        worker.Stop();
    }

    [Fact]
    public async Task A_stop_in_order_is_written_down()
    {
        using var log = new ScriptedLog();
        DiskWorker worker = Start(log, new FlushLimits(Threshold: 1000, TimeSpan.FromMinutes(10), BufferedEntriesMax: 1000));
        worker.Submit(Entries(1, 1));
        await Patience.UntilAsync(() => _durable.Contains(1));
        worker.Stop();
        Assert.Equal(["write 1", "stop"], log.Calls);
    }

    private DiskWorker Start(ScriptedLog log, FlushLimits limits)
    {
        var worker = new DiskWorker(log, new LogWorkOptions { Flush = limits }, "disk under test", _durable.Enqueue, _full.Enqueue, _failures.Enqueue);
        worker.Start();
        return worker;
    }

    private static PersistBatch Entries(long ticket, int count)
    {
        var batch = new PersistBatch { Ticket = ticket };
        for (int i = 0; i < count; i++) batch.Add(new Entry(new LogPosition(1, (ticket * 100) + i), EntryKind.Noop, default));
        return batch;
    }

    public void Dispose()
    {
        _log.GoOn();
        _worker.Stop();
        _log.Dispose();
    }
}
