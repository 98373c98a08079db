namespace DEngine.Core;

/// <summary>
/// The clients' sessions (Raft §8; thesis §6.3): part of the replicated state. Everything here is decided by the entries applied and their indices alone,
/// so that every replica remembers, refuses and evicts the same. Loop thread only.
/// </summary>
internal sealed partial class SessionTable
{
    private readonly Dictionary<ulong, Session> _byId = [];
    private readonly SessionOptions _options;

    /// <summary>
    /// Ends of a list in order of <see cref="Session.LastUsedIndex"/>. Indices only rise, so moving a used session to the end keeps it sorted.
    /// </summary>
    private Session? _leastRecent, _mostRecent;
    private ulong _branch;

    internal SessionTable(SessionOptions options)
    {
        options.Validate();
        _options = options;
    }

    internal int Count => _byId.Count;

    /// <summary>The log is on this branch of its history from here on (<see cref="HistoryId.Branch"/>).</summary>
    internal void OnBranch(ulong branch) => _branch = branch;

    /// <summary>
    /// Opens a session, at the cost of the least recently used one if there are as many as allowed. Its identity is made of where it was opened and of the
    /// branch: an index alone is given out again after an accepted loss or a restore, and an old client's retry would meet another client's session (X5).
    /// </summary>
    internal ulong Register(LogPosition position)
    {
        if (_byId.Count == _options.SessionsMax) EvictLeastRecent();
        var session = new Session(NewId(position), _options.RememberedRepliesMax);
        _byId.Add(session.Id, session);
        AppendAsMostRecent(session, position.Index);
        return session.Id;
    }

    private ulong NewId(LogPosition position)
    {
        var hash = default(StateHash);
        hash.Add(_branch);
        hash.Add((ulong)position.Term);
        hash.Add((ulong)position.Index);
        ulong id = hash.Value();
        while (id == 0 || _byId.ContainsKey(id)) id++;
        return id;
    }

    /// <summary>
    /// Decides what becomes of a command of a session, before it is applied: <see cref="ApplyStatus.Applied"/> means "apply it, then
    /// remember the reply"; anything else means that it must not be applied. Any entry that names a living session counts as its use, and
    /// hands in its acknowledgement, whatever the answer.
    /// </summary>
    /// <param name="index">Index of the entry.</param>
    /// <param name="envelope">With a session.</param>
    /// <param name="command">Fingerprint of the envelope's command.</param>
    /// <param name="session">The session, unless expired.</param>
    /// <param name="reply">The remembered reply of a duplicate; valid until the next call.</param>
    internal ApplyStatus Admit(
        long index, scoped in SessionEnvelope envelope, CommandFingerprint command, out Session? session, out ReadOnlySpan<byte> reply)
    {
        reply = default;
        if (!_byId.TryGetValue(envelope.SessionId, out session)) return ApplyStatus.SessionExpired;

        Touch(session, index);
        if (envelope.AcknowledgedBelow > session.Replies.AcknowledgedBelow) session.OwnReplies().Acknowledge(envelope.AcknowledgedBelow);
        RememberedReplies replies = session.Replies;
        if (envelope.Sequence < replies.AcknowledgedBelow) return ApplyStatus.SequenceForgotten;
        if (!replies.Fits(envelope.Sequence)) return ApplyStatus.SessionWindowExceeded;
        if (!replies.TryGet(envelope.Sequence, out CommandFingerprint remembered, out reply)) return ApplyStatus.Applied;
        if (remembered == command) return ApplyStatus.Duplicate;

        reply = default;
        return ApplyStatus.SequenceReused;
    }

    internal ulong ComputeDigest()
    {
        var hash = default(StateHash);
        hash.Add(_branch);
        hash.Add((ulong)_byId.Count);
        for (Session? session = _leastRecent; session is not null; session = session.MoreRecent)
        {
            hash.Add(session.Id);
            hash.Add((ulong)session.LastUsedIndex);
            session.Replies.AddTo(ref hash);
        }

        return hash.Value();
    }

    /// <summary>Checks list against map. For tests and the simulator: walks everything.</summary>
    internal void Validate()
    {
        int seen = 0;
        Session? previous = null;
        for (Session? session = _leastRecent; session is not null; previous = session, session = session.MoreRecent)
        {
            seen++;
            Invariant.Holds(ReferenceEquals(session.LessRecent, previous), "the list of sessions is linked both ways");
            Invariant.Holds(_byId.TryGetValue(session.Id, out Session? known) && ReferenceEquals(known, session), "a listed session is known");
            Invariant.Holds(previous is null || previous.LastUsedIndex < session.LastUsedIndex, "sessions are listed by last use");
        }

        Invariant.Holds(ReferenceEquals(previous, _mostRecent), "the list of sessions ends at the most recent");
        Invariant.Holds(seen == _byId.Count && seen <= _options.SessionsMax, "every session is listed once", seen, _byId.Count);
    }

    private void EvictLeastRecent()
    {
        Session? evicted = _leastRecent;
        Invariant.Holds(evicted is not null, "a full session table has a least recent session");
        Unlink(evicted);
        _byId.Remove(evicted.Id);
    }

    private void Touch(Session session, long index)
    {
        Unlink(session);
        AppendAsMostRecent(session, index);
    }

    private void AppendAsMostRecent(Session session, long index)
    {
        Invariant.Holds(_mostRecent is null || _mostRecent.LastUsedIndex < index, "sessions are used in order of index");
        session.LastUsedIndex = index;
        session.LessRecent = _mostRecent;
        session.MoreRecent = null;
        if (_mostRecent is null) _leastRecent = session;
        else _mostRecent.MoreRecent = session;
        _mostRecent = session;
    }

    private void Unlink(Session session)
    {
        if (session.LessRecent is null) _leastRecent = session.MoreRecent;
        else session.LessRecent.MoreRecent = session.MoreRecent;
        if (session.MoreRecent is null) _mostRecent = session.LessRecent;
        else session.MoreRecent.LessRecent = session.LessRecent;
    }
}
