using System.Diagnostics;
using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// The snapshots' own thread: does what the node asks, one step at a time, and reports what has come of it. Neither the loop nor the log waits for it. It rests
/// for as long as it works, and twice as long while it saves: a snapshot has time, and processor and disk are needed by those who have none.
/// </summary>
internal sealed class SnapshotWorker : ISnapshotPort
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromHours(1);

    /// <summary>Shorter rests are put together: a wait takes about a millisecond at least.</summary>
    private static readonly TimeSpan RestMin = TimeSpan.FromMilliseconds(2);

    /// <summary>However long a step has taken.</summary>
    private static readonly TimeSpan RestMax = TimeSpan.FromMilliseconds(100);

    private readonly SnapshotWork _work;
    private readonly Action<SnapshotResult> _onResult;
    private readonly Action<Exception> _onFailed;
    private readonly ScrubSchedule _scrub;
    private readonly Action<ScrubStep>? _onScrubbed;
    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly object _gate = new();
    private readonly Thread _thread;
    private List<SnapshotRequest> _submitted = [];
    private List<SnapshotRequest> _taken = [];
    private TimeSpan _owed;
    private bool _isStopping;

    /// <param name="work">Used by this worker's thread alone until it has stopped.</param>
    /// <param name="name">Of the thread.</param>
    /// <param name="onResult">On the worker's thread.</param>
    /// <param name="onFailed">The disk cannot be used any more. On the worker's thread, which ends then.</param>
    /// <param name="scrub">How fast snapshots are read again; null: not at all.</param>
    /// <param name="onScrubbed">Told of each piece that has been read again. On the worker's thread.</param>
    public SnapshotWorker(
        SnapshotWork work, string name, Action<SnapshotResult> onResult, Action<Exception> onFailed, ScrubLimits? scrub = null,
        Action<ScrubStep>? onScrubbed = null)
    {
        _scrub = new ScrubSchedule(scrub, Now);
        _onScrubbed = onScrubbed;
        _work = work;
        _onResult = onResult;
        _onFailed = onFailed;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_origin);

    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Submit(SnapshotRequest request)
    {
        lock (_gate)
        {
            _submitted.Add(request);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Ends the thread after the step that it is at: a snapshot that is not whole is not needed.</summary>
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
                long begun = Stopwatch.GetTimestamp();
                int rest = _work.IsSaving ? 2 : 1;
                if (_work.Step() is { } result) _onResult(result);
                Rest(Stopwatch.GetElapsedTime(begun) * rest);
                if (_scrub.IsDue(Now)) Scrub();
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What a device that fails has kept of the log is as unknown as what it has kept of a snapshot.
            _onFailed(error);
        }
    }

    private void Wait()
    {
        TimeSpan wait = _scrub.NextAt is { } next ? next - Now : WaitMax;
        if (wait > TimeSpan.Zero) Monitor.Wait(_gate, wait > WaitMax ? WaitMax : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)));
    }

    private void Scrub()
    {
        ScrubStep step = _work.Scrub(_scrub.PieceBytes);
        _scrub.OnStep(step, Now);
        _onScrubbed?.Invoke(step);
        if (!step.DamagedSnapshot.IsNone) _onResult(new SnapshotResult.Scrubbed(step));
    }

    private void Rest(TimeSpan time)
    {
        _owed += time;
        if (_owed < RestMin) return;

        // Waits are in whole milliseconds: rounded up, or the last one would be spent spinning.
        var rest = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(_owed.TotalMilliseconds, RestMax.TotalMilliseconds)));
        _owed = TimeSpan.Zero;
        long begun = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            for (TimeSpan left = rest; left > TimeSpan.Zero && !_isStopping; left = rest - Stopwatch.GetElapsedTime(begun))
            {
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)));
            }
        }
    }

    private bool TakeSubmitted()
    {
        lock (_gate)
        {
            while (_submitted.Count == 0 && !_work.HasWork && !_isStopping && !_scrub.IsDue(Now)) Wait();
            if (_isStopping) return false;
            (_taken, _submitted) = (_submitted, _taken);
        }

        foreach (SnapshotRequest request in _taken) _work.Add(request);
        _taken.Clear();
        return true;
    }
}
