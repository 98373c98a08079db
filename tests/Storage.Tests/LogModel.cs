using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>What a log holds at one moment.</summary>
internal sealed record LogState(HardState HardState, List<Entry> Entries)
{
    public static LogState Empty => new(default, []);

    public bool IsSameAs(LogState other) => HardState == other.HardState && StorageUnderTest.Difference(Entries, other.Entries) is null;

    public override string ToString() =>
        $"{Entries.Count} entries to {(Entries.Count > 0 ? Entries[^1].Position : LogPosition.Origin)}, {HardState}";
}

/// <summary>The smallest things that a crash may separate: see <see cref="ILogStorage.Write"/>.</summary>
internal sealed record LogPart(HardState? HardState = null, long? TruncateFrom = null, Entry? Entry = null, long? DropBefore = null)
{
    public LogState After(LogState state)
    {
        var entries = new List<Entry>(state.Entries);
        if (TruncateFrom is { } from) entries.RemoveAll(entry => entry.Index >= from);
        if (Entry is { } added) entries.Add(added);
        if (DropBefore is { } index) entries.RemoveAll(entry => entry.Index < index);
        return new LogState(HardState ?? state.HardState, entries);
    }

    public void AddTo(PersistBatch batch)
    {
        if (HardState is not null) batch.HardState = HardState;
        if (TruncateFrom is { } from) batch.Truncate(from);
        if (Entry is { } added) batch.Add(added);
    }
}

/// <summary>
/// What a crash right now may leave: the state that was last synced, or any later one that has been asked for, in order. Nothing else.
/// </summary>
internal sealed class LogModel
{
    private readonly List<LogState> _states;
    private readonly List<LogPart> _parts = [];

    public LogModel(LogState synced) => _states = [synced];

    public IReadOnlyList<LogState> States => _states;

    public LogState Current => _states[^1];

    /// <summary>To be called before the storage is, as a crash may come in between.</summary>
    public void Write(PersistBatch batch)
    {
        if (batch.HardState is { } hardState) Add(new LogPart(HardState: hardState));
        long? truncateFrom = batch.TruncateFrom;
        foreach (Entry entry in batch.Entries)
        {
            Add(new LogPart(TruncateFrom: truncateFrom, Entry: entry));
            truncateFrom = null;
        }
        if (truncateFrom is not null) Add(new LogPart(TruncateFrom: truncateFrom));
    }

    public void DropBefore(long index) => Add(new LogPart(DropBefore: index));

    /// <summary>A refused batch counts for nothing.</summary>
    public void TakeBack(int states)
    {
        _states.RemoveRange(states, _states.Count - states);
        _parts.RemoveRange(states - 1, _parts.Count - states + 1);
    }

    /// <summary>To be called when the storage's sync has returned.</summary>
    public void Synced()
    {
        _states.RemoveRange(0, _states.Count - 1);
        _parts.Clear();
    }

    /// <summary>Which of the states was found; fails the test when none was.</summary>
    public int Find(LogState found)
    {
        for (int i = 0; i < _states.Count; i++)
        {
            if (_states[i].IsSameAs(found)) return i;
        }
        Assert.Fail($"Found {found}; allowed: {string.Join(" | ", _states)}.");
        return -1;
    }

    /// <summary>What came after that state and was lost, if anything.</summary>
    public LogPart? PartAfter(int state) => state < _parts.Count ? _parts[state] : null;

    private void Add(LogPart part)
    {
        _parts.Add(part);
        _states.Add(part.After(Current));
    }
}
