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
        _worker = new DiskWorker(_log, limits: null, "disk under test", _durable.Enqueue, _full.Enqueue, _failures.Enqueue, onSynced: null);
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

    public void Dispose()
    {
        _log.GoOn();
        _worker.Stop();
        _log.Dispose();
    }
}
