namespace DEngine.Core;

public sealed partial class RaftNode
{
    private readonly Vote[] _votes;
    private TimeSpan? _leaderContact;

    private enum Vote : byte
    {
        None = 0,
        Granted = 1,
    }

    public void OnPreVoteRequest(NodeId from, in PreVoteRequest request, TimeSpan now)
    {
        AdvanceTo(now);
        if (request.Term < Term)
        {
            Effects.Outbox.Send(from, new PreVoteResponse(Term, Granted: false));
            return;
        }

        // Nothing changes here, whatever the answer: not the term, not the timer (BUGS P5).
        bool granted = Counts && !ProtectsLeader() && MayVoteFor(from, request.Term) && IsUpToDate(request.LastLog);
        Effects.Outbox.Send(from, new PreVoteResponse(granted ? request.Term : Term, granted));
    }

    public void OnPreVoteResponse(NodeId from, in PreVoteResponse response, TimeSpan now)
    {
        AdvanceTo(now);
        if (!response.Granted)
        {
            if (response.Term > Term) BecomeFollower(response.Term, NodeId.None);
            return;
        }

        if (Role != Role.PreCandidate || response.Term != Term + 1) return;
        if (CountVote(from)) StartElection(leadershipTransfer: false);
    }

    public void OnVoteRequest(NodeId from, in VoteRequest request, TimeSpan now)
    {
        AdvanceTo(now);
        if (request.Term > Term)
        {
            // A leader that is alive is protected from disturbers (thesis §4.2.3), and its lease with it (invariant R3), unless it asked for this.
            if (ProtectsLeader() && !request.LeadershipTransfer) return;
            BecomeFollower(request.Term, NodeId.None);
        }

        // The leader is protected also when the term is no news: it may have been heard of just after that leader's lease was confirmed here. Only
        // a vote that was given is given again.
        bool free = HardState.VotedFor == from || request.LeadershipTransfer || !ProtectsLeader();
        bool granted = Counts && free && request.Term == Term && MayVoteFor(from, request.Term) && IsUpToDate(request.LastLog);
        if (!granted)
        {
            Effects.Outbox.Send(from, new VoteResponse(Term, Granted: false));
            return;
        }

        SetHardState(new HardState(Term, from));
        ResetElectionTimer();
        Effects.AfterPersist.Send(from, new VoteResponse(Term, Granted: true));
    }

    public void OnVoteResponse(NodeId from, in VoteResponse response, TimeSpan now)
    {
        AdvanceTo(now);
        if (response.Term > Term)
        {
            BecomeFollower(response.Term, NodeId.None);
            return;
        }

        if (Role != Role.Candidate || response.Term != Term || !response.Granted) return;
        if (CountVote(from)) BecomeLeader();
    }

    public void OnStaleTerm(NodeId from, in StaleTerm message, TimeSpan now)
    {
        AdvanceTo(now);
        if (message.Term > Term) BecomeFollower(message.Term, NodeId.None);
    }

    /// <summary>Whether a leader was heard from so recently that nobody else may be elected.</summary>
    private bool ProtectsLeader() =>
        Role == Role.Leader || (_leaderContact is { } contact && _now - contact < _options.ElectionTimeoutMin);

    /// <summary>Whether the vote in <paramref name="term"/> is still free, or is already the asker's.</summary>
    private bool MayVoteFor(NodeId candidate, long term)
    {
        if (!Configuration.IsVoter(candidate)) return false;
        if (term > Term) return true;
        return HardState.VotedFor == candidate || (HardState.VotedFor.IsNone && Leader.IsNone);
    }

    private bool IsUpToDate(LogPosition last) => last >= Log.Last && IsLongEnough(last);

    private void StartPreVote()
    {
        Role before = Role;
        Role = Role.PreCandidate;
        Leader = NodeId.None;
        Array.Clear(_votes);
        Effects.RoleChanges.Add(new RoleChange(before, Role.PreCandidate, Term, NodeId.None));
        if (CountVote(Id))
        {
            StartElection(leadershipTransfer: false);
            return;
        }

        foreach (PeerProgress peer in _peers) Effects.Outbox.Send(peer.Id, new PreVoteRequest(Term + 1, Log.Last));
    }

    private void StartElection(bool leadershipTransfer)
    {
        Role before = Role;
        SetHardState(new HardState(Term + 1, Id));
        Role = Role.Candidate;
        Leader = NodeId.None;
        Array.Clear(_votes);
        ResetElectionTimer();
        Effects.RoleChanges.Add(new RoleChange(before, Role.Candidate, Term, NodeId.None));

        // Held until vote and log are durable: a grant for a log that a crash then shortens would elect a node without what was committed (E3).
        // The candidate's own vote counts at the same moment, in OnPersisted.
        foreach (PeerProgress peer in _peers)
        {
            Effects.AfterPersist.Send(peer.Id, new VoteRequest(Term, Log.Last, leadershipTransfer));
        }
    }

    private void CountOwnVoteIfDurable()
    {
        if (Role != Role.Candidate || _durableHardState != HardState) return;
        if (CountVote(Id)) BecomeLeader();
    }

    /// <summary>Counts a vote, however often it arrives once; true when a majority has granted.</summary>
    private bool CountVote(NodeId voter)
    {
        int position = Configuration.PositionOf(voter);
        if (position < 0) return false;
        _votes[position] = Vote.Granted;
        int granted = 0;
        foreach (Vote vote in _votes)
        {
            if (vote == Vote.Granted) granted++;
        }

        return granted >= Configuration.Majority;
    }

    private void BecomeLeader()
    {
        Invariant.Holds(Role == Role.Candidate && HardState.VotedFor == Id, "a leader was elected by itself too (E1)");
        Invariant.Holds(_durableHardState == HardState, "a leader's term is durable (E4, BUGS D20)", _durableHardState, HardState);
        Role = Role.Leader;
        Leader = Id;
        _leaderContact = null;
        _termStartIndex = Log.LastIndex + 1;
        _leaseForfeited = false;
        _heartbeatDeadline = _now + _options.HeartbeatInterval;
        foreach (PeerProgress peer in _peers) peer.Reset(Log.LastIndex + 1, _now);
        Effects.RoleChanges.Add(new RoleChange(Role.Candidate, Role.Leader, Term, Id));
        AppendToLog(EntryKind.Noop, ReadOnlyMemory<byte>.Empty);
    }
}
