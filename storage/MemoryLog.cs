using DEngine.Core;

namespace DEngine.Storage;

/// <summary>
/// A log in memory: for tests, and for nodes that are given a cluster's data anew at every start. Keeps everything as long as the object
/// lives;
/// <see cref="Open"/> may be called again and gives it back. Nothing survives the process.
/// </summary>
public sealed class MemoryLog : ILogStorage
{
    private readonly List<Entry> _entries = [];
    private LogExtent _extent = LogExtent.New;
    private HardState _hardState;
    private bool _isNew = true;
    private RecoveryReason _recovery;

    /// <inheritdoc/>
    public LogRecovery Open(Action<Entry> onEntry)
    {
        foreach (Entry entry in _entries) onEntry(entry);
        return new LogRecovery(_hardState, _entries.Count > 0 ? _entries[^1].Position : LogPosition.Origin, _isNew, TornBytes: 0, _recovery);
    }

    /// <inheritdoc/>
    /// <exception cref="InvariantViolationException">The entries do not follow what the log holds.</exception>
    public void Write(PersistBatch batch)
    {
        if (batch.IsEmpty) return;
        _isNew = false;
        if (batch.DropBefore is { } index) DropBefore(index);
        if (batch.HardState is { } hardState) _hardState = hardState;
        if (batch.Recovery is { } reason) _recovery = reason;
        if (batch.TruncateFrom is { } from)
        {
            _extent.Truncate(from);
            int kept = _entries.Count == 0 ? 0 : (int)Math.Clamp(from - _entries[0].Index, 0, _entries.Count);
            _entries.RemoveRange(kept, _entries.Count - kept);
        }
        foreach (ref readonly Entry entry in batch.Entries)
        {
            if (entry.Index != _extent.Last + 1)
            {
                _extent.Restart(entry.Index);
            }
            else
            {
                _extent.Append(entry.Index);
            }
            _entries.Add(entry);
        }
    }

    /// <inheritdoc/>
    public void Sync()
    {
    }

    /// <summary>Forgets entries before <paramref name="index"/>, which a snapshot covers.</summary>
    public void DropBefore(long index)
    {
        if (index <= _extent.First) return;
        _extent.Drop(index);
        if (_entries.Count > 0) _entries.RemoveRange(0, (int)Math.Clamp(index - _entries[0].Index, 0, _entries.Count));
    }

    /// <summary>Does nothing: the object is the storage.</summary>
    public void Dispose()
    {
    }
}
