using System.Diagnostics;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// The disk's own thread, the lock that hands batches over to it, and its waiting. What it does with them, and when, is for <see cref="LogWork"/> to say.
/// </summary>
internal sealed class DiskWorker : IPersistence
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromHours(1);

    private readonly LogWork _work;
    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly Action<long> _onDurable;
    private readonly Action<bool> _onFullChanged;
    private readonly Action<TimeSpan>? _onSynced;
    private readonly Action<Exception> _onFailed;
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
    /// <param name="options">Limits of what it does.</param>
    /// <param name="name">Of the thread.</param>
    /// <param name="onDurable">Everything up to this ticket is durable. On the worker's thread.</param>
    /// <param name="onFullChanged">Whether the disk is full now. On the worker's thread.</param>
    /// <param name="onFailed">The disk cannot be used any more. On the worker's thread, which ends then.</param>
    /// <param name="onSynced">Told how long each group commit took. On the worker's thread.</param>
    /// <param name="onScrubbed">Told of each piece that has been read again. On the worker's thread.</param>
    public DiskWorker(
        ILogStorage storage, LogWorkOptions options, string name, Action<long> onDurable, Action<bool> onFullChanged, Action<Exception> onFailed,
        Action<TimeSpan>? onSynced = null, Action<ScrubStep>? onScrubbed = null)
    {
        _work = new LogWork(storage, options, Now);
        _onScrubbed = onScrubbed;
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

    private TimeSpan Now => Stopwatch.GetElapsedTime(_origin);

    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Submit(PersistBatch batch)
    {
        lock (_gate)
        {
            if (_isStopping) return;
            _submitted.Add(batch);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Finishes what has been submitted before, and nothing else, and ends the thread; gives up on a disk that stays full.</summary>
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
            while (!_work.IsOver)
            {
                TakeSubmitted();
                if (_work.IsDue(Now)) Step();
                if (_work.IsScrubDue(Now)) _onScrubbed?.Invoke(_work.Scrub(Now));
            }

            _work.Finish();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever it was, nobody may assume that anything of this log is durable from here on.
            _onFailed(error);
        }
    }

    /// <summary>Waits until there is something to do, and takes over what has been submitted.</summary>
    private void TakeSubmitted()
    {
        bool isStopping;
        lock (_gate)
        {
            while (_submitted.Count == 0 && !_isStopping && TimeToWait() is var wait && wait > TimeSpan.Zero) Monitor.Wait(_gate, wait);
            (_taken, _submitted) = (_submitted, _taken);
            isStopping = _isStopping;
        }

        foreach (PersistBatch batch in _taken) _work.Add(batch);
        _taken.Clear();
        if (isStopping) _work.BeginStop();
    }

    /// <summary>In whole milliseconds, rounded up, or the last one would be spent spinning.</summary>
    private TimeSpan TimeToWait()
    {
        TimeSpan now = Now;
        if (_work.IsDue(now) || _work.IsScrubDue(now)) return TimeSpan.Zero;
        TimeSpan next = _work.NextAt ?? TimeSpan.MaxValue;
        if (_work.NextScrubAt < next) next = _work.NextScrubAt.Value;
        return next - now > WaitMax ? WaitMax : TimeSpan.FromMilliseconds(Math.Ceiling((next - now).TotalMilliseconds));
    }

    private void Step()
    {
        long started = Stopwatch.GetTimestamp();
        LogStep step = _work.Step(Now);
        if (_work.IsFull != _isFull) _onFullChanged(_isFull = _work.IsFull);
        Volatile.Write(ref _buffered, _work.BufferedEntries);
        if (step.Synced) CountSync(Stopwatch.GetElapsedTime(started));
        if (step.Ticket > 0) _onDurable(step.Ticket);
    }

    private void CountSync(TimeSpan duration)
    {
        Volatile.Write(ref _syncs, _syncs + 1);
        SyncDurations.Add(duration);
        _onSynced?.Invoke(duration);
    }
}
