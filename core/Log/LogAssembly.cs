namespace DEngine.Core;

/// <summary>Joins what a node's log and its newest snapshot hold into the log that it starts with.</summary>
/// <param name="snapshot">Where the newest snapshot ends; the origin: there is none.</param>
/// <param name="isIncomplete">Log or snapshot is known to be damaged: what does not reach the snapshot any more is of no use.</param>
public sealed class LogAssembly(LogPosition snapshot, bool isIncomplete = false)
{
    private const int Capacity = 64;

    private RaftLog? _log;
    private bool _hasEntries;

    /// <summary>Takes the next surviving entry, in order of index.</summary>
    /// <exception cref="StorageDamagedException">What comes between the snapshot and the log's first entry is missing, and nothing is known to be.</exception>
    public void Add(Entry entry)
    {
        _hasEntries = true;
        if (_log is null)
        {
            if (entry.Index > snapshot.Index + 1)
            {
                if (isIncomplete) return;
                throw new StorageDamagedException(
                    $"Entries {snapshot.Index + 1} to {entry.Index - 1} are missing: the log begins with entry {entry.Index}, and the newest whole snapshot ends with entry "
                    + $"{snapshot.Index}. A newer snapshot was here once. Nothing has been changed; this node must not vote on what is left. Keep the directory for "
                    + "inspection, then let the node come back with an empty directory as a new member.");
            }

            // What precedes a first entry that the snapshot has too is not known any more; the entry itself serves as the place to begin at.
            bool isFirst = entry.Index == snapshot.Index + 1;
            _log = new RaftLog(Capacity, isFirst ? snapshot : entry.Position);
            if (!isFirst) return;
        }

        _log.Append(entry);
    }

    /// <summary>
    /// The log to start with. What does not reach the snapshot, or differs from it, was not committed or is in it, and is left out: a crash fell between the
    /// snapshot and the cut of the log (K4, BUGS S8).
    /// </summary>
    /// <param name="isDiscarded">The storage's entries are to be forgotten before anything is added.</param>
    public RaftLog Complete(out bool isDiscarded)
    {
        bool joins = _log is not null && _log.Contains(snapshot);
        isDiscarded = _hasEntries && !joins;
        return joins ? _log! : new RaftLog(Capacity, snapshot);
    }
}
