namespace DEngine.Core;

public sealed partial class RaftNode
{
    private TimeSpan _electionDeadline;
    private TimeSpan _heartbeatDeadline;

    /// <summary>When <see cref="Tick"/> next has something to do, which lies ahead when a pass is over (S4). Calling it earlier does no harm.</summary>
    public TimeSpan NextDeadline
    {
        get
        {
            if (Role != Role.Leader) return _electionDeadline;
            TimeSpan next = _heartbeatDeadline;
            TimeSpan quorum = QuorumContact() + _options.ElectionTimeoutMax;
            if (!IsAlone && quorum < next) next = quorum;
            if (!_transferTarget.IsNone && _transferDeadline < next) next = _transferDeadline;
            if (!IsAlone && BusySince is { } since)
            {
                TimeSpan patience = since + (_options.ElectionTimeoutMax * (_now - since < _options.ElectionTimeoutMax ? 1 : 2));
                if (patience < next) next = patience;
            }

            if (_newReads.Count > 0 && NextRoundAt is var round && round < next) next = round;
            if (NextSnapshotBytesAt() is { } at && at < next) next = at;
            return next;
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Tick(TimeSpan now)
    {
        AdvanceTo(now);
        if (Role == Role.Leader)
        {
            TickLeader();
            return;
        }

        if (now < _electionDeadline) return;
        ResetElectionTimer();
        if (!MayCampaign) return;
        if (IsRecovering) AskAround();
        if (Counts && IsLongEnough(Log.Last)) StartPreVote();
    }

    private void TickLeader()
    {
        if (_now - QuorumContact() >= _options.ElectionTimeoutMax && !IsAlone)
        {
            // Check-quorum (thesis §6.2): cut off from a majority, someone else may be leader already.
            BecomeFollower(Term, NodeId.None);
            return;
        }

        if (!IsAlone && BusySince is { } since && GivesUpOnDisk(_now - since)) return;
        if (!_transferTarget.IsNone && _now >= _transferDeadline) AbandonTransfer();
        if (_now < _heartbeatDeadline) return;
        BroadcastHeartbeat();

        // Anchored to the last deadline, not to now, so that passes do not push the beat back; re-anchored after a long pause (BUGS V6).
        _heartbeatDeadline += _options.HeartbeatInterval;
        if (_heartbeatDeadline <= _now) _heartbeatDeadline = _now + _options.HeartbeatInterval;
    }

    /// <summary>When the disk was given what it has done nothing about since, be it to write or to read.</summary>
    private TimeSpan? BusySince => DiskBusySince is { } written && !(ReadingSince < written) ? written : ReadingSince;

    /// <summary>
    /// A leader whose disk hangs can commit by the others, but neither vote nor read what it has stored: it hands over, and where nobody can take over in time,
    /// steps down. It cannot be elected again before its disk has done something.
    /// </summary>
    private bool GivesUpOnDisk(TimeSpan hangs)
    {
        if (hangs < _options.ElectionTimeoutMax) return false;
        if (hangs < _options.ElectionTimeoutMax * 2)
        {
            if (_transferTarget.IsNone) TransferLeadership(NodeId.None, _now);
            return false;
        }

        BecomeFollower(Term, NodeId.None);
        return true;
    }

    private void ResetElectionTimer() =>
        _electionDeadline = _now + _random.Between(_options.ElectionTimeoutMin, _options.ElectionTimeoutMax);

    /// <summary>
    /// The latest instant by which a majority, this node included, had been heard from. Who is recovering is no part of it: a leader that has lost its majority
    /// to that must make room, or nobody would ever ask around what is left (seed 95 of an earlier swarm).
    /// </summary>
    private TimeSpan QuorumContact()
    {
        return new TimeSpan(ReachedByQuorum(static (node, peer) => peer is null ? node._now.Ticks : peer.Counts ? peer.LastContact.Ticks : 0));
    }
}
