using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// What a node's disk must hold, by the node's own account: every batch whose completion was reported, and every snapshot. Compared with what is recovered
/// after each crash: less is a broken promise.
/// </summary>
/// <param name="committed">All entries that are, from index 1 on: what a snapshot holds.</param>
internal sealed class DurableShadow(List<LogPosition> committed)
{
    private readonly List<LogPosition> _log = [];
    private readonly Queue<Submitted> _underWay = new();
    private readonly HashSet<LogPosition> _lost = [];
    private readonly HashSet<LogPosition> _owed = [];
    private readonly HashSet<LogPosition> _regained = [];
    private long _first = 1;
    private long _snapshotIndex;

    public HardState HardState { get; private set; }

    /// <summary>It does not hold everything that was promised of it, and its node knows.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>The disk still says that the node is recovering.</summary>
    public bool SaysRecovering { get; private set; }

    /// <summary>The node goes on in this life although something may be lost.</summary>
    public bool IsLossAccepted { get; set; }

    /// <summary>A write is under way, or was when the process ended: it may be torn.</summary>
    public bool IsWriting => _underWay.Count > 0;

    /// <summary>Everything that it holds, from index 1 on: what is in the snapshot, and in the log behind it.</summary>
    public IReadOnlyList<LogPosition> Log => _log.Count == 0 ? committed[..(int)_snapshotIndex] : [.. committed[..(int)(_first - 1)], .. _log];

    public long LastIndex => Math.Max(_snapshotIndex, LogEnd);

    private long LogEnd => _first - 1 + _log.Count;

    public bool Holds(LogPosition position) =>
        HoldsInLog(position) || (position.Index >= 1 && position.Index <= _snapshotIndex && committed[(int)position.Index - 1] == position);

    /// <summary>It held the entry once, and it may have been counted for it before anybody knew that it does not any more.</summary>
    public bool HasLost(LogPosition position) => _lost.Contains(position);

    /// <summary>It has been given the entry since its node started, incomplete as it is and before it took part again.</summary>
    public bool HasRegained(LogPosition position) => IsIncomplete && _regained.Contains(position);

    /// <summary>The disk has been replaced by an empty one.</summary>
    public void OnWiped()
    {
        _lost.UnionWith(Log);
        _underWay.Clear();
        _log.Clear();
        _first = 1;
        _snapshotIndex = 0;
        HardState = default;
        IsIncomplete = false;
        SaysRecovering = false;
        IsLossAccepted = false;
    }

    public void OnRecoveryEnded()
    {
        IsIncomplete = false;
        IsLossAccepted = false;
        _owed.Clear();
    }

    /// <summary>The node takes its log to be what it was before it was damaged: an entry that it had then and does not have now, if there is one.</summary>
    public LogPosition? FindMissing(RaftLog log)
    {
        foreach (LogPosition owed in _owed)
        {
            if (owed.Index > log.Base.Index && !log.Contains(owed)) return owed;
        }

        return null;
    }

    /// <summary>
    /// The log begins anew behind a snapshot although it agrees with it and goes on: an entry that is dropped, and may have been counted; none if all is well.
    /// </summary>
    public LogPosition? FindDropped(PersistBatch batch, RaftLog log)
    {
        if (batch.TruncateFrom is null || log.Base.Index == 0 || log.LastIndex >= LogEnd || ReplacedFrom() <= LogEnd) return null;
        return LogEnd > log.Base.Index && HoldsInLog(log.Base) && batch.TruncateFrom <= log.Base.Index ? _log[^1] : null;
    }

    public void OnSubmitted(PersistBatch batch, RaftLog log)
    {
        LogPosition[] entries = batch.Fills.Count > 0 ? Filled(batch, log) : Positions(batch);
        _underWay.Enqueue(new Submitted(batch.Ticket, batch.HardState, batch.TruncateFrom, entries, batch.Recovery == RecoveryReason.None));
    }

    /// <summary>Of a batch that closes a gap: from its first fill to the end of the log, on disk already or not.</summary>
    private static LogPosition[] Filled(PersistBatch batch, RaftLog log)
    {
        var positions = new List<LogPosition>();
        for (long index = batch.Fills[0].Index; index <= log.LastIndex; index++) positions.Add(log[index].Position);
        return [.. positions];
    }

    /// <summary>The storage has said that everything up to <paramref name="ticket"/> is durable.</summary>
    public void OnDurable(long ticket)
    {
        while (_underWay.TryPeek(out Submitted? next) && next.Ticket <= ticket)
        {
            _underWay.Dequeue();
            if (next.TruncateFrom is { } from) Cut(from);
            foreach (LogPosition position in next.Entries)
            {
                Cut(position.Index);
                if (_log.Count == 0) _first = position.Index;
                _log.Add(position);
                if (IsIncomplete && !IsLossAccepted) _regained.Add(position);
            }

            HardState = next.HardState ?? HardState;
            if (next.EndsRecovery) SaysRecovering = false;
        }
    }

    /// <summary>A snapshot is durable, written or received.</summary>
    public void OnSnapshot(LogPosition last) => _snapshotIndex = Math.Max(_snapshotIndex, last.Index);

    /// <summary>
    /// Judges what was recovered. More than the shadow is fine (it was under way); less, or something else, is not, unless a batch under way
    /// was about to replace it, or a snapshot has.
    /// </summary>
    public void OnRecovered(NodeId node, NodeRecovery recovery)
    {
        JudgeHardState(node, recovery.HardState);
        if (recovery.Snapshot.Last.Index < _snapshotIndex && recovery.Storage.Damage.Length == 0)
            throw new ViolationException($"DUR {node} lost its snapshot up to {_snapshotIndex}; recovered {recovery.Snapshot}");
        IsLossAccepted = false;
        _regained.Clear();
        if (recovery.Storage.Recovery == RecoveryReason.None)
        {
            JudgeLog(node, recovery);
            IsIncomplete = false;
            SaysRecovering = false;
            _owed.Clear();
        }
        else
        {
            _lost.UnionWith(_log);
            if (!SaysRecovering) _owed.UnionWith(_log.Where(position => position.Index < ReplacedFrom()));
            IsIncomplete = true;
            SaysRecovering = true;
        }

        _underWay.Clear();
        _log.Clear();
        RaftLog log = recovery.Log;
        _first = log.FirstIndex;
        for (long index = log.FirstIndex; index <= log.LastIndex; index++) _log.Add(log[index].Position);
        _snapshotIndex = recovery.Snapshot.Last.Index;
        HardState = recovery.HardState;
    }

    private void JudgeHardState(NodeId node, HardState recovered)
    {
        if (recovered.Term > HardState.Term || (recovered.Term == HardState.Term && recovered.VotedFor == HardState.VotedFor)) return;
        if (HardState.VotedFor.IsNone && recovered.Term == HardState.Term) return;
        throw new ViolationException($"DUR {node} forgot its hard state: was {HardState}, recovered {recovered}");
    }

    private void JudgeLog(NodeId node, NodeRecovery recovery)
    {
        // A log that ends before the snapshot, or differs from it, has been overtaken by it.
        LogPosition snapshot = recovery.Snapshot.Last;
        bool joins = snapshot.Index == _first - 1 || HoldsInLog(snapshot) || snapshot.Index < _first;
        if (!joins) return;
        long replacedFrom = ReplacedFrom();
        foreach (LogPosition position in _log)
        {
            if (position.Index <= snapshot.Index || position.Index >= replacedFrom || recovery.Log.Contains(position)) continue;
            throw new ViolationException($"DUR {node} lost entry {position} that its disk had made durable; recovered up to {recovery.Log.Last}");
        }
    }

    /// <summary>From which index on something was about to be replaced when the process ended.</summary>
    private long ReplacedFrom()
    {
        long from = long.MaxValue;
        foreach (Submitted submitted in _underWay) from = Math.Min(from, submitted.TruncateFrom ?? from);
        return from;
    }

    private bool HoldsInLog(LogPosition position) => position.Index >= _first && position.Index <= LogEnd && _log[(int)(position.Index - _first)] == position;

    private void Cut(long from)
    {
        from = Math.Max(from, _first);
        if (from <= LogEnd) _log.RemoveRange((int)(from - _first), (int)(LogEnd - from + 1));
    }

    private static LogPosition[] Positions(PersistBatch batch)
    {
        var positions = new LogPosition[batch.EntryCount];
        for (int i = 0; i < positions.Length; i++) positions[i] = batch.Entries[i].Position;
        return positions;
    }

    private sealed record Submitted(long Ticket, HardState? HardState, long? TruncateFrom, LogPosition[] Entries, bool EndsRecovery);
}
