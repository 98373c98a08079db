using System.Diagnostics;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// The disk's own thread: takes everything that has been submitted, writes it, syncs once for all of it (group commit), and reports the last ticket; with
/// <see cref="FlushLimits"/> it reports first and syncs in the background, where that is allowed.
/// A full disk is waited out, with everything behind it in order; any other failure is final and reported once.
/// </summary>
internal sealed class DiskWorker : IPersistence
{
    private static readonly TimeSpan FullRetryInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WaitMax = TimeSpan.FromHours(1);

    private readonly ILogStorage _storage;
    private readonly FlushSchedule _flush;
    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly Action<long> _onDurable;
    private readonly Action<bool> _onFullChanged;
    private readonly Action<TimeSpan>? _onSynced;
    private readonly Action<Exception> _onFailed;
    private readonly ScrubSchedule _scrub;
    private readonly Action<ScrubStep>? _onScrubbed;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private List<PersistBatch> _submitted = [];
    private List<PersistBatch> _taken = [];
    private bool _isStopping;
    private bool _isFull;
    private long _syncs;
    private int _buffered;

    /// <param name="storage">Used by this worker's thread alone until it has stopped.</param>
    /// <param name="limits">How much may wait for a sync that has been acknowledged; null: nothing.</param>
    /// <param name="name">Of the thread.</param>
    /// <param name="onDurable">Everything up to this ticket is durable. On the worker's thread.</param>
    /// <param name="onFullChanged">Whether the disk is full now. On the worker's thread.</param>
    /// <param name="onFailed">The disk cannot be used any more. On the worker's thread, which ends then.</param>
    /// <param name="onSynced">Told how long each group commit took. On the worker's thread.</param>
    /// <param name="scrub">How fast the log is read again; null: not at all.</param>
    /// <param name="onScrubbed">Told of each piece that has been read again. On the worker's thread.</param>
    public DiskWorker(
        ILogStorage storage, FlushLimits? limits, string name, Action<long> onDurable, Action<bool> onFullChanged, Action<Exception> onFailed,
        Action<TimeSpan>? onSynced, ScrubLimits? scrub = null, Action<ScrubStep>? onScrubbed = null)
    {
        _scrub = new ScrubSchedule(scrub, Now);
        _onScrubbed = onScrubbed;
        _storage = storage;
        _flush = new FlushSchedule(limits);
        _onDurable = onDurable;
        _onFullChanged = onFullChanged;
        _onFailed = onFailed;
        _onSynced = onSynced;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Syncs so far.</summary>
    public long Syncs => Volatile.Read(ref _syncs);

    /// <summary>Entries written and not synced at this moment.</summary>
    public int BufferedEntries => Volatile.Read(ref _buffered);

    /// <summary>How long writes and their syncs took.</summary>
    public LatencyBuckets SyncDurations { get; } = new();

    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Submit(PersistBatch batch)
    {
        lock (_gate)
        {
            _submitted.Add(batch);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Finishes what has been submitted and ends the thread; gives up on a disk that stays full.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted) || Thread.CurrentThread == _thread) return;
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (TakeSubmitted())
            {
                WriteTaken();
                if (_scrub.IsDue(Now)) Scrub();
            }

            if (!_isFull) _storage.Finish();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever it was, nobody may assume that anything of this log is durable from here on.
            _onFailed(error);
        }
    }

    private bool TakeSubmitted()
    {
        lock (_gate)
        {
            while (_submitted.Count == 0)
            {
                if (_isStopping) return false;
                if (Deadline() is not { } deadline) Monitor.Wait(_gate);
                else if (deadline <= Now || !Monitor.Wait(_gate, RoundUp(deadline - Now))) return true;
            }

            (_taken, _submitted) = (_submitted, _taken);
            return true;
        }
    }

    private TimeSpan? Deadline() => _scrub.NextAt is { } scrub && !(_flush.Deadline < scrub) ? scrub : _flush.Deadline;

    /// <summary>Waits are in whole milliseconds; and a short one for the next pass does no harm.</summary>
    private static TimeSpan RoundUp(TimeSpan wait) => wait > WaitMax ? WaitMax : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));

    private void Scrub()
    {
        ScrubStep step = _storage.Scrub(_scrub.PieceBytes);
        _scrub.OnStep(step, Now);
        _onScrubbed?.Invoke(step);
    }

    private void WriteTaken()
    {
        long started = Stopwatch.GetTimestamp();
        long written = 0;
        foreach (PersistBatch batch in _taken)
        {
            // Read before the ticket is given back: from then on the batch is the node's again.
            long ticket = batch.Ticket;
            while (!TryWrite(batch))
            {
                if (written > 0) Finish(written, started);
                written = 0;
                if (!WaitForRoom()) return;
                started = Stopwatch.GetTimestamp();
            }

            written = ticket;
        }

        _taken.Clear();
        Finish(written, started);
    }

    /// <summary>Acknowledges what has been written, synced before or after, as the limits say.</summary>
    private void Finish(long ticket, long started)
    {
        if (_flush.MustSyncFirst) Sync(started);
        if (ticket > 0) _onDurable(ticket);
        if (_flush.IsDue(Now)) Sync(started);
        Volatile.Write(ref _buffered, _flush.BufferedEntries);
    }

    private bool TryWrite(PersistBatch batch)
    {
        try
        {
            _storage.Write(batch);
            _flush.OnWritten(batch, Now);
            SetFull(false);
            return true;
        }
        catch (StorageFullException)
        {
            SetFull(true);
            return false;
        }
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_origin);

    private void Sync(long started)
    {
        _storage.Sync();
        _flush.OnSynced();
        Volatile.Write(ref _syncs, _syncs + 1);
        TimeSpan duration = Stopwatch.GetElapsedTime(started);
        SyncDurations.Add(duration);
        _onSynced?.Invoke(duration);
    }

    private void SetFull(bool isFull)
    {
        if (_isFull == isFull) return;
        _isFull = isFull;
        _onFullChanged(isFull);
    }

    private bool WaitForRoom()
    {
        lock (_gate)
        {
            if (!_isStopping) Monitor.Wait(_gate, FullRetryInterval);
            return !_isStopping;
        }
    }
}
