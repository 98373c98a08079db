using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// What a node's disk must hold, by the node's own account: every batch whose completion was reported. Compared with what is recovered after each
/// crash: less is a broken promise.
/// </summary>
internal sealed class DurableShadow
{
    private readonly List<LogPosition> _log = [];
    private readonly Queue<Submitted> _underWay = new();

    /// <summary>A durable snapshot holds everything up to here, whatever becomes of the log.</summary>
    private long _snapshotIndex;

    public HardState HardState { get; private set; }

    public IReadOnlyList<LogPosition> Log => _log;

    public long LastIndex => _log.Count;

    public bool Holds(LogPosition position) => position.Index >= 1 && position.Index <= _log.Count && _log[(int)position.Index - 1] == position;

    public void OnSubmitted(PersistBatch batch) =>
        _underWay.Enqueue(new Submitted(batch.Ticket, batch.HardState, batch.TruncateFrom, Positions(batch)));

    /// <summary>The storage has said that everything up to <paramref name="ticket"/> is durable.</summary>
    public void OnDurable(long ticket)
    {
        while (_underWay.TryPeek(out Submitted? next) && next.Ticket <= ticket)
        {
            _underWay.Dequeue();
            if (next.TruncateFrom is { } from) Cut(from);
            foreach (LogPosition position in next.Entries)
            {
                if (position.Index <= _snapshotIndex) continue;
                Cut(position.Index);
                _log.Add(position);
            }

            HardState = next.HardState ?? HardState;
        }
    }

    /// <summary>A snapshot is durable: unless the log has led to the same place, it begins anew there.</summary>
    /// <param name="last">Where it ends.</param>
    /// <param name="committed">All entries that are, from index 1 on.</param>
    public void OnSnapshot(LogPosition last, List<LogPosition> committed)
    {
        if (Holds(last)) return;
        _snapshotIndex = last.Index;
        _log.Clear();
        _log.AddRange(committed[..(int)last.Index]);
    }

    /// <summary>
    /// Judges what was recovered. More than the shadow is fine (it was under way); less, or something else, is not, unless a batch under way
    /// was about to replace it.
    /// </summary>
    public void OnRecovered(NodeId node, HardState recovered, RaftLog log, List<LogPosition> committed)
    {
        if (recovered.Term < HardState.Term || (recovered.Term == HardState.Term && recovered.VotedFor != HardState.VotedFor))
        {
            if (!HardState.VotedFor.IsNone || recovered.Term < HardState.Term)
            {
                throw new ViolationException($"DUR {node} forgot its hard state: was {HardState}, recovered {recovered}");
            }
        }

        long replacedFrom = long.MaxValue;
        foreach (Submitted submitted in _underWay)
        {
            if (submitted.TruncateFrom is { } from) replacedFrom = Math.Min(replacedFrom, Math.Max(from, _snapshotIndex + 1));
        }

        for (int i = 0; i < _log.Count && _log[i].Index < replacedFrom; i++)
        {
            LogPosition position = _log[i];
            bool isHeld = position.Index < log.Base.Index ? committed[i] == position : log.Contains(position);
            if (!isHeld)
            {
                throw new ViolationException($"DUR {node} lost entry {_log[i]} that its disk had made durable; recovered up to {log.Last}");
            }
        }

        _underWay.Clear();
        _log.Clear();
        _log.AddRange(committed[..(int)log.Base.Index]);
        _snapshotIndex = log.Base.Index;
        for (long index = log.FirstIndex; index <= log.LastIndex; index++) _log.Add(log[index].Position);
        HardState = recovered;
    }

    private void Cut(long from)
    {
        from = Math.Max(from, _snapshotIndex + 1);
        if (from <= _log.Count) _log.RemoveRange((int)from - 1, _log.Count - (int)from + 1);
    }

    private static LogPosition[] Positions(PersistBatch batch)
    {
        var positions = new LogPosition[batch.EntryCount];
        for (int i = 0; i < positions.Length; i++) positions[i] = batch.Entries[i].Position;
        return positions;
    }

    private sealed record Submitted(long Ticket, HardState? HardState, long? TruncateFrom, LogPosition[] Entries);
}
