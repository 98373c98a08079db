namespace DEngine.Core;

/// <summary>The follower's side of replication (paper §5.3).</summary>
public sealed partial class RaftNode
{
    /// <summary>
    /// Where answers go that confirm a leader and promise nothing of the log. They overtake the disk, except while the term itself is not durable: a lease may
    /// rest on them, and a node that a crash threw back to term 0 would not know to wait it out (invariant R3).
    /// </summary>
    private Outbox Confirmations => _durableHardState.Term == Term ? Effects.Outbox : Effects.AfterPersist;

    /// <param name="from">Who sent it.</param>
    /// <param name="request">The header.</param>
    /// <param name="entries">Contiguous from the previous position on; their payloads are kept.</param>
    /// <param name="now">The instant of arrival.</param>
    public void OnAppendRequest(NodeId from, in AppendRequest request, ReadOnlySpan<Entry> entries, TimeSpan now)
    {
        Invariant.Holds(request.EntryCount == entries.Length, "an append brings the entries it announces", request.EntryCount, entries.Length);
        if (!FollowLeader(from, request.Term, now) || IsAbandonedBy(request.Previous, entries)) return;
        if (request.Previous.Index < Log.Base.Index)
        {
            // All of it may be compacted here, and what is compacted is committed: the leader finds out whether it has that as well (Y6).
            Acknowledge(from, Committed, request.Round);
            return;
        }

        if (!Log.Contains(request.Previous))
        {
            LogPosition hint = Log.LastAtOrBelow(request.Previous.Index, request.Previous.Term);
            Confirmations.Send(from, new AppendRejected(Term, request.Previous.Index, hint, Confirmable(request.Round), Identity));
            return;
        }

        AppendMissing(entries);
        LogPosition matched = entries.IsEmpty ? request.Previous : entries[^1].Position;
        OnMatched(matched.Index);
        CommitUpTo(Math.Min(request.CommitIndex, matched.Index));
        EndRecoveryIfDone();
        Acknowledge(from, matched, request.Round);
    }

    public void OnHeartbeat(NodeId from, in Heartbeat heartbeat, TimeSpan now)
    {
        if (!FollowLeader(from, heartbeat.Term, now) || TellsIfAbandoned()) return;
        long commitIndex = Believable(heartbeat.CommitIndex);
        Invariant.Holds(commitIndex <= Log.LastIndex, "a heartbeat commits what this node holds (C3)", commitIndex, Log.LastIndex);
        OnAgreed(commitIndex);
        CommitUpTo(commitIndex);
        RequestRecovery();
        EndRecoveryIfDone();
        if (heartbeat.Round != 0) Confirmations.Send(from, new HeartbeatResponse(Term, Confirmable(heartbeat.Round), Identity));
    }

    /// <summary>Promises, as soon as the disk allows, that everything up to an entry is here.</summary>
    private void Acknowledge(NodeId leader, LogPosition match, long round) =>
        Effects.AfterPersist.Send(leader, new AppendAccepted(Term, match, Confirmable(round), RecoveryMark, Identity));

    /// <summary>Recognises the sender as leader of the term it names. False, with an answer, when that term is past.</summary>
    private bool FollowLeader(NodeId from, long term, TimeSpan now)
    {
        AdvanceTo(now);
        if (term < Term)
        {
            Effects.Outbox.Send(from, new StaleTerm(Term));
            return false;
        }

        Invariant.Holds(Role != Role.Leader || term > Term, "one leader per term (E1)", from, term);
        Invariant.Holds(term > Term || Leader.IsNone || Leader == from, "one leader per term (E1)", from, Leader);
        if (term > Term || Role != Role.Follower || Leader != from) BecomeFollower(term, from);
        _leaderContact = now;
        ResetElectionTimer();
        return true;
    }

    /// <summary>
    /// Adds what is not there yet. The log is cut only at a real conflict: a late copy of an old append must not undo newer entries (L2, BUGS L1).
    /// </summary>
    private void AppendMissing(ReadOnlySpan<Entry> entries)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            ref readonly Entry entry = ref entries[i];
            if (Log.Contains(entry.Position)) continue;
            if (entry.Index <= Log.LastIndex) TruncateFrom(entry.Index);
            foreach (ref readonly Entry missing in entries[i..])
            {
                Log.Append(missing);
                Effects.Persist.Add(missing);
                OnAppended(missing);
            }

            return;
        }
    }

    private void TruncateFrom(long index)
    {
        Invariant.Holds(index > CommitIndex, "committed entries are never removed (L3)", index, CommitIndex);
        Log.TruncateFrom(index);
        Effects.Persist.Truncate(index);
        ClipTickets(index - 1);
        if (_configurations.TruncateFrom(index)) OnConfigurationChanged();
    }

    private void CommitUpTo(long index)
    {
        if (index > CommitIndex) CommitIndex = index;
    }
}
