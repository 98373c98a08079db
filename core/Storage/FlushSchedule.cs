namespace DEngine.Core;

/// <summary>
/// When what has been written is to be synced, before it is acknowledged or after. One thread: the one that drives an <see cref="ILogStorage"/>.
/// </summary>
/// <param name="limits">Null: nothing is acknowledged before it has been synced (disk-first).</param>
public sealed class FlushSchedule(FlushLimits? limits)
{
    private bool _isPromise;
    private TimeSpan _deadline;

    /// <summary>Entries that have been written and not synced.</summary>
    public int BufferedEntries { get; private set; }

    /// <summary>Something has been written and not synced.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Whether what has been written must be synced before it is acknowledged: a promise, or as much as may be lost already (S3).</summary>
    public bool MustSyncFirst => IsDirty && (limits is null || _isPromise || BufferedEntries >= limits.BufferedEntriesMax);

    /// <summary>When a sync is due in the background, at the latest; null: nothing waits for one.</summary>
    public TimeSpan? Deadline => IsDirty ? _deadline : null;

    /// <summary>Whether a sync is due, acknowledged or not.</summary>
    public bool IsDue(TimeSpan now) => IsDirty && (limits is null || BufferedEntries >= limits.Threshold || now >= _deadline);

    /// <summary>A batch has been handed to the operating system.</summary>
    public void OnWritten(PersistBatch batch, TimeSpan now)
    {
        // A vote that is forgotten is given twice, a recovery that ends too early forgets entries, and who forgets the members may belong to none (Z4): power
        // loss included.
        _isPromise |= batch.HardState is not null || batch.Recovery is not null || batch.HasConfiguration;
        if (!IsDirty && limits is not null) _deadline = now + limits.Interval;
        IsDirty = true;
        BufferedEntries += batch.EntryCount;
    }

    /// <summary>Everything that has been written is durable.</summary>
    public void OnSynced()
    {
        IsDirty = false;
        _isPromise = false;
        BufferedEntries = 0;
    }
}
