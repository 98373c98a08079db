using DEngine.Core;
using DEngine.Simulation.Workload;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// What the committed log makes of an empty store, entry by entry: every state that there ever was, kept. Replayed no further than somebody asks for.
/// </summary>
internal sealed class CommittedStates
{
    private readonly List<Entry> _entries = [];
    private readonly List<KeyValueView> _views = [default];
    private readonly List<ApplyStatus> _statuses = [ApplyStatus.Applied];
    private readonly WorkloadStore _store = new();
    private readonly Applier _applier;

    public CommittedStates(SessionOptions sessions) => _applier = new Applier(_store, sessions);

    /// <summary>The last entry that is known to be committed.</summary>
    public long LastIndex => _entries.Count;

    /// <summary>The next entry has been committed.</summary>
    public void OnCommitted(in Entry entry) => _entries.Add(entry);

    /// <summary>The committed entry at an index, from 1 to <see cref="LastIndex"/>.</summary>
    public Entry EntryAt(long index) => _entries[(int)index - 1];

    /// <summary>What becomes of the entry at an index, from 1 to <see cref="LastIndex"/>, when its turn comes.</summary>
    public ApplyStatus StatusAt(long index)
    {
        Replay(index);
        return _statuses[(int)index];
    }

    /// <summary>The state after the entry at an index, from 0 to <see cref="LastIndex"/>.</summary>
    public KeyValueView At(long index)
    {
        Replay(index);
        return _views[(int)index];
    }

    private void Replay(long index)
    {
        while (_views.Count <= index)
        {
            _statuses.Add(_applier.Apply(_entries[_views.Count - 1], out _));
            _applier.Publish();
            _views.Add(_store.View());
        }
    }
}
