namespace DEngine.Core;

/// <summary>
/// A batch as the writes that it becomes: itself where it is short, or else parts of it, in an order of which every prefix is what a crash within one write
/// could have left (<see cref="ILogStorage.Write"/>). Remembers how far it has come when a part finds no room.
/// </summary>
internal sealed class LogParts
{
    private readonly PersistBatch _part = new();
    private PersistBatch? _batch;
    private long _ticket;
    private long _bytesMax;
    private int _fills;
    private int _entries;
    private bool _isWhole;

    /// <summary>The write that is next.</summary>
    public PersistBatch Current => _isWhole ? _batch! : _part;

    /// <summary>Bytes of payload in it.</summary>
    public long CurrentBytes { get; private set; }

    /// <summary>It is the last of those that close a gap, and more of the batch follows.</summary>
    public bool ClosesGap { get; private set; }

    /// <summary>All of the batch has been written.</summary>
    public bool IsDone => _batch is null;

    /// <summary>Takes up a batch, at its beginning or, if it is the one that was refused, where it was.</summary>
    public void Begin(PersistBatch batch, long bytesMax)
    {
        if (ReferenceEquals(batch, _batch) && batch.Ticket == _ticket) return;
        _batch = batch;
        _ticket = batch.Ticket;
        _bytesMax = bytesMax;
        _fills = _entries = 0;
        CurrentBytes = 0;
        ClosesGap = false;
        foreach (Entry fill in batch.Fills) CurrentBytes += fill.Size;
        foreach (ref readonly Entry entry in batch.Entries) CurrentBytes += entry.Size;
        _isWhole = CurrentBytes <= bytesMax;
        if (!_isWhole) Cut(batch);
    }

    /// <summary>The current part has been written.</summary>
    public void OnWritten()
    {
        PersistBatch batch = _batch!;
        if (_isWhole || (_fills == batch.Fills.Count && _entries == batch.EntryCount))
        {
            _part.Reset();
            _batch = null;
            return;
        }

        Cut(batch);
    }

    /// <summary>
    /// First the drop, the hard state and what closes a gap; with the last of that the end of the recovery, which rests on it. Then the truncation together
    /// with the first entries; then the others; with the last of them the end of a recovery that had no gap.
    /// </summary>
    private void Cut(PersistBatch batch)
    {
        bool isFirst = _fills == 0 && _entries == 0;
        _part.Reset();
        CurrentBytes = 0;
        if (isFirst)
        {
            _part.DropBefore = batch.DropBefore;
            _part.HardState = batch.HardState;
        }

        if (_fills < batch.Fills.Count)
        {
            do
            {
                Entry fill = batch.Fills[_fills++];
                _part.Fills.Add(fill);
                CurrentBytes += fill.Size;
            }
            while (_fills < batch.Fills.Count && CurrentBytes + batch.Fills[_fills].Size <= _bytesMax);
            _part.FilledThrough = batch.FilledThrough;
            bool isLast = _fills == batch.Fills.Count;
            if (isLast) _part.Recovery = batch.Recovery;
            if (isLast && batch.EntryCount == 0) _part.TruncateFrom = batch.TruncateFrom;
            ClosesGap = isLast && batch.EntryCount > 0;
            return;
        }

        ClosesGap = false;
        if (_entries == 0) _part.TruncateFrom = batch.TruncateFrom;
        do
        {
            Entry entry = batch.Entries[_entries++];
            _part.Add(entry);
            CurrentBytes += entry.Size;
        }
        while (_entries < batch.EntryCount && CurrentBytes + batch.Entries[_entries].Size <= _bytesMax);
        if (_entries == batch.EntryCount && batch.Fills.Count == 0) _part.Recovery = batch.Recovery;
    }
}
