namespace DEngine.Core;

/// <summary>
/// What one pass of the node wants on disk, under one ticket: at most one hard state, at most one drop of a prefix, at most one truncation,
/// then entries.
/// Owned by the node until <see cref="IPersistence.Submit"/>, by the storage until the ticket has come back, then by the node again, which
/// reuses it.
/// </summary>
public sealed class PersistBatch
{
    private Entry[] _entries = new Entry[64];

    /// <summary>Number of this write; counts up by one from 1. When ticket N is back, everything up to N is durable.</summary>
    public long Ticket { get; set; }

    /// <summary>Set when term or vote have changed.</summary>
    public HardState? HardState { get; set; }

    /// <summary>Set when a suffix of the log is to be forgotten: every entry from this index on, before <see cref="Entries"/> are added.</summary>
    public long? TruncateFrom { get; set; }

    /// <summary>Set when every entry before this index is covered by a durable snapshot, and need not be kept.</summary>
    public long? DropBefore { get; set; }

    /// <summary>
    /// Set when a recovery begins or (<see cref="RecoveryReason.None"/>) ends: what it lost it holds again, and from here on its log is as good as any (Y2).
    /// </summary>
    public RecoveryReason? Recovery { get; set; }

    /// <summary>
    /// Entries that damage had taken from the log, in order of index, to be put back where they were; before anything else in this batch is done to the log.
    /// Behind the last of them follows what the log still has (<see cref="LogRecovery.Behind"/>). Empty: none. A batch with them ends a recovery.
    /// </summary>
    public List<Entry> Fills { get; } = [];

    /// <summary>Of a batch with <see cref="Fills"/>: where the log ends with them, less what else is in the batch.</summary>
    public long FilledThrough { get; set; }

    public int EntryCount { get; private set; }

    /// <summary>One of the entries says who the members are.</summary>
    public bool HasConfiguration { get; private set; }

    /// <summary>Entries to add, in order of index, without gaps.</summary>
    public ReadOnlySpan<Entry> Entries => _entries.AsSpan(0, EntryCount);

    public bool IsEmpty => HardState is null && TruncateFrom is null && DropBefore is null && Recovery is null && EntryCount == 0 && Fills.Count == 0;

    public void Add(in Entry entry)
    {
        Invariant.Holds(EntryCount == 0 || _entries[EntryCount - 1].Index + 1 == entry.Index, "a persist batch has no gaps");
        if (EntryCount == _entries.Length) Array.Resize(ref _entries, EntryCount * 2);
        HasConfiguration |= entry.Kind == EntryKind.Configuration;
        _entries[EntryCount++] = entry;
    }

    /// <summary>
    /// Records that the log was cut. Entries of this same batch that fall behind the cut have never reached the disk and are simply dropped.
    /// </summary>
    public void Truncate(long fromIndex)
    {
        while (EntryCount > 0 && _entries[EntryCount - 1].Index >= fromIndex) _entries[--EntryCount] = default;
        if (EntryCount == 0) TruncateFrom = Math.Min(TruncateFrom ?? fromIndex, fromIndex);
    }

    /// <summary>Makes the batch ready for its next use; lets go of the payloads.</summary>
    public void Reset()
    {
        _entries.AsSpan(0, EntryCount).Clear();
        EntryCount = 0;
        HasConfiguration = false;
        HardState = null;
        TruncateFrom = null;
        DropBefore = null;
        Recovery = null;
        Fills.Clear();
        FilledThrough = 0;
        Ticket = 0;
    }
}
