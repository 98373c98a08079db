namespace DEngine.Core.Tests.StateMachine;

/// <summary>One entry: opens a session (the rest means nothing then), or a command of the session that many before the newest.</summary>
internal sealed record Attempt(bool Registers, int Session, ulong Sequence, ulong AcknowledgedBelow, byte Command);

/// <summary>The session rules as sentences, searched linearly.</summary>
internal sealed class SessionModel(int sessionsMax, int window)
{
    /// <summary>Least recently used first.</summary>
    private readonly List<Row> _rows = [];

    internal void Register(ulong id)
    {
        if (_rows.Count == sessionsMax) _rows.RemoveAt(0);
        _rows.Add(new Row(id));
    }

    /// <summary>What an attempt must come to; the fresh reply is the state machine's, if it is to be applied.</summary>
    internal (ApplyStatus Status, byte[] Reply) Send(ulong session, Attempt attempt, byte[] freshReply)
    {
        if (attempt.Sequence == 0 || attempt.AcknowledgedBelow > attempt.Sequence) return (ApplyStatus.Malformed, []);
        Row? row = _rows.Find(candidate => candidate.Id == session);
        if (row is null) return (ApplyStatus.SessionExpired, []);
        _rows.Remove(row);
        _rows.Add(row);
        row.AcknowledgedBelow = Math.Max(row.AcknowledgedBelow, attempt.AcknowledgedBelow);
        if (attempt.Sequence < row.AcknowledgedBelow) return (ApplyStatus.SequenceForgotten, []);
        if (attempt.Sequence >= row.AcknowledgedBelow + (ulong)window) return (ApplyStatus.SessionWindowExceeded, []);
        if (row.Remembered.TryGetValue(attempt.Sequence, out (byte Command, byte[] Reply) remembered))
            return remembered.Command == attempt.Command ? (ApplyStatus.Duplicate, remembered.Reply) : (ApplyStatus.SequenceReused, []);
        row.Remembered.Add(attempt.Sequence, (attempt.Command, freshReply));
        return (ApplyStatus.Applied, freshReply);
    }

    private sealed class Row(ulong id)
    {
        internal ulong Id { get; } = id;

        internal ulong AcknowledgedBelow { get; set; } = 1;

        internal Dictionary<ulong, (byte Command, byte[] Reply)> Remembered { get; } = [];
    }
}
