using DEngine.Core;

namespace DEngine.Simulation.World;

/// <summary>
/// A node's log with a witness in front of it, which counts what has been written and not synced by itself: what the log's work believes of that is judged
/// by it.
/// </summary>
internal sealed class WatchedLog(ILogStorage log) : ILogStorage
{
    /// <summary>Entries written and not synced.</summary>
    public int UnsyncedEntries { get; private set; }

    /// <summary>Something has been written and not synced.</summary>
    public bool IsDirty { get; private set; }

    public LogRecovery Open(Action<Entry> onEntry) => log.Open(onEntry);

    public void Write(PersistBatch batch)
    {
        log.Write(batch);
        UnsyncedEntries += batch.EntryCount;
        IsDirty = true;
    }

    public void Sync()
    {
        log.Sync();
        OnSynced();
    }

    public void Finish()
    {
        log.Finish();
        OnSynced();
    }

    public ScrubStep Scrub(int bytesMax) => log.Scrub(bytesMax);

    public void Dispose() => log.Dispose();

    private void OnSynced()
    {
        UnsyncedEntries = 0;
        IsDirty = false;
    }
}
