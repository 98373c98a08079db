namespace DEngine.Core;

/// <summary>
/// Does what a node asks of its log, one group commit a step: the order of batches, what shares a sync, whether the sync or the acknowledgement comes first,
/// what waits for room and what does not, and how it ends. Whoever drives it decides on which thread and when: in production a thread of its own, in the
/// simulator the event queue. One thread at a time.
/// <para>What is on disk is at all times a prefix of what was submitted: no batch is written before an older one (D9). The one exception is a drop, which only
/// forgets what a durable snapshot covers: while a batch waits for room, a later drop overtakes it (D7).</para>
/// </summary>
public sealed class LogWork
{
    private readonly ILogStorage _storage;
    private readonly LogWorkOptions _options;
    private readonly FlushSchedule _flush;
    private readonly ScrubSchedule _scrub;
    private readonly Queue<PersistBatch> _waiting = new();
    private readonly LogParts _parts = new();
    private readonly PersistBatch _drop = new();
    private TimeSpan _retryAt;
    private long _lastAdded;
    private long _triedDrop;
    private bool _isStopping;
    private bool _hasGivenUp;

    /// <param name="storage">Opened already. Stays the caller's.</param>
    /// <param name="options">Limits.</param>
    /// <param name="now">The instant of the start.</param>
    public LogWork(ILogStorage storage, LogWorkOptions options, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _storage = storage;
        _options = options;
        _flush = new FlushSchedule(options.Flush);
        _scrub = new ScrubSchedule(options.Scrub, now);
    }

    /// <summary>There was no room for the batch that is next.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Something has been written and not synced.</summary>
    public bool IsDirty => _flush.IsDirty;

    /// <summary>Entries written and not synced at this moment.</summary>
    public int BufferedEntries => _flush.BufferedEntries;

    /// <summary>Batches that have not been written yet.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Where the log begins for what was dropped last; 0: nothing has been since the start.</summary>
    public long DroppedBefore { get; private set; }

    /// <summary>Nothing is left to do: everything has been written, or a stop has given up on a disk that stays full. Call <see cref="Finish"/>.</summary>
    public bool IsOver => _isStopping && (_waiting.Count == 0 || _hasGivenUp);

    /// <summary>When the next <see cref="Step"/> is due; null: not before something is added.</summary>
    public TimeSpan? NextAt
    {
        get
        {
            if (IsOver) return null;
            TimeSpan? write = _waiting.Count == 0 ? null : IsFull ? _retryAt : TimeSpan.MinValue;
            return write is null || _flush.Deadline < write ? _flush.Deadline : write;
        }
    }

    /// <summary>When the next <see cref="Scrub"/> is due; null: never.</summary>
    public TimeSpan? NextScrubAt => _isStopping ? null : _scrub.NextAt;

    /// <summary>Takes a batch over. They come in the order of their tickets.</summary>
    public void Add(PersistBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Invariant.Holds(batch.Ticket > _lastAdded, "batches are written in the order of their tickets (D9)", batch.Ticket, _lastAdded);
        Invariant.Holds(!_isStopping, "nothing is submitted to a log that stops");
        _lastAdded = batch.Ticket;
        _waiting.Enqueue(batch);
        if (IsFull && batch.DropBefore is not null && FindDrop() > _triedDrop) _retryAt = TimeSpan.MinValue;
    }

    public bool IsDue(TimeSpan now) => !IsOver && (NextAt <= now || _flush.IsDue(now));

    public bool IsScrubDue(TimeSpan now) => NextScrubAt <= now;

    /// <summary>
    /// Does what is due: the sync that what was acknowledged waits for, or else one group commit. A batch whose ticket is returned is not touched again.
    /// </summary>
    /// <exception cref="IOException">The device failed: nothing may be assumed of what is not durable yet.</exception>
    public LogStep Step(TimeSpan now)
    {
        if (_flush.IsDue(now))
        {
            Sync();
            return new LogStep(0, Synced: true, Refused: false);
        }

        long ticket = 0;
        long bytes = 0;
        bool isRefused = false;
        while (!isRefused && bytes < _options.WriteBytesMax && _waiting.TryPeek(out PersistBatch? batch))
        {
            // Read before the batch is given back.
            long next = batch.Ticket;
            isRefused = !TryWrite(batch, ref bytes, now);
            if (isRefused) break;
            _waiting.Dequeue();
            ticket = next;
        }

        IsFull = isRefused;
        if (isRefused)
        {
            _retryAt = now + _options.FullRetryInterval;
            _hasGivenUp |= _isStopping;
        }

        bool syncs = _flush.MustSyncFirst;
        if (syncs) Sync();
        return new LogStep(ticket, syncs, isRefused);
    }

    /// <summary>Reads the next piece of the log again; see <see cref="ILogStorage.Scrub"/>.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public ScrubStep Scrub(TimeSpan now)
    {
        ScrubStep step = _storage.Scrub(_scrub.PieceBytes);
        _scrub.OnStep(step, now);
        return step;
    }

    /// <summary>
    /// Nothing more is added. What waits is still written; what finds no room, tried once more, is left with everything behind it, so that a stop ends.
    /// </summary>
    public void BeginStop()
    {
        _isStopping = true;
        _retryAt = TimeSpan.MinValue;
    }

    /// <summary>Ends the log's use in order, when <see cref="IsOver"/>. What was given up had not been acknowledged: nothing that was is missing.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public void Finish()
    {
        Invariant.Holds(IsOver, "a log is finished when nothing is left to do");
        _storage.Finish();
    }

    /// <summary>Writes a batch, in as many parts as its length calls for; goes on where a refusal has stopped it.</summary>
    private bool TryWrite(PersistBatch batch, ref long bytes, TimeSpan now)
    {
        for (_parts.Begin(batch, _options.WriteBytesMax); !_parts.IsDone; _parts.OnWritten())
        {
            PersistBatch part = _parts.Current;
            while (!TryWritePart(part))
            {
                if (!TryMakeRoom()) return false;
            }

            _flush.OnWritten(part, now);
            bytes += _parts.CurrentBytes;
            DroppedBefore = Math.Max(DroppedBefore, part.DropBefore ?? 0);

            // What follows a gap that has been closed is written when it is durable that it is closed.
            if (_parts.ClosesGap) Sync();
        }

        return true;
    }

    private bool TryWritePart(PersistBatch part)
    {
        try
        {
            _storage.Write(part);
            return true;
        }
        catch (StorageFullException)
        {
            return false;
        }
    }

    /// <summary>Lets the furthest drop that waits overtake what it waits behind.</summary>
    /// <returns>Something has been dropped: it is worth another try.</returns>
    private bool TryMakeRoom()
    {
        long drop = FindDrop();
        _triedDrop = Math.Max(_triedDrop, drop);
        if (drop <= DroppedBefore) return false;
        _drop.Reset();
        _drop.DropBefore = drop;
        if (!TryWritePart(_drop)) return false;
        DroppedBefore = drop;
        return true;
    }

    /// <summary>
    /// How far the drops that wait may go at once: no further than what any batch before them writes or cuts. What is on disk from there on may differ from
    /// what the snapshot covers, and without what precedes it it would be taken for what follows the snapshot.
    /// </summary>
    private long FindDrop()
    {
        long found = 0;
        long limit = long.MaxValue;
        foreach (PersistBatch batch in _waiting)
        {
            if (batch.DropBefore is { } before) found = Math.Max(found, Math.Min(before, limit));
            limit = Math.Min(limit, LowestIndex(batch));
        }

        return found;
    }

    private static long LowestIndex(PersistBatch batch)
    {
        long lowest = batch.TruncateFrom ?? long.MaxValue;
        if (batch.Fills.Count > 0) lowest = Math.Min(lowest, batch.Fills[0].Index);
        return batch.EntryCount > 0 ? Math.Min(lowest, batch.Entries[0].Index) : lowest;
    }

    private void Sync()
    {
        _storage.Sync();
        _flush.OnSynced();
    }
}
