namespace DEngine.Core;

public sealed partial class RaftNode
{
    private readonly Dictionary<NodeId, NodeIdentity> _votes = [];
    private TimeSpan? _leaderContact;
    private bool _isLossAcceptedByVoter;

    public void OnPreVoteRequest(NodeId from, in PreVoteRequest request, TimeSpan now)
    {
        AdvanceTo(now);
        if (request.Term < Term)
        {
            Effects.Outbox.Send(from, new PreVoteResponse(Term, Granted: false, request.Candidate));
            return;
        }

        // Nothing changes here, whatever the answer: not the term, not the timer (BUGS P5).
        bool granted = Counts && !ProtectsLeader() && MayVoteFor(from, request.Term, request.Voter) && IsUpToDate(request.LastLog);
        Effects.Outbox.Send(from, new PreVoteResponse(granted ? request.Term : Term, granted, request.Candidate));
    }

    public void OnPreVoteResponse(NodeId from, in PreVoteResponse response, TimeSpan now)
    {
        AdvanceTo(now);
        if (!response.Granted)
        {
            if (response.Term > Term) BecomeFollower(response.Term, NodeId.None);
            return;
        }

        if (Role != Role.PreCandidate || response.Term != Term + 1 || !IsAnswerToThis(response.Candidate)) return;
        if (CountVote(from, NodeIdentity.None)) StartElection(leadershipTransfer: false);
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
        bool granted = Counts && free && request.Term == Term && MayVoteFor(from, request.Term, request.Voter) && IsUpToDate(request.LastLog);
        if (!granted)
        {
            Effects.Outbox.Send(from, new VoteResponse(Term, Granted: false, request.Candidate, Identity));
            return;
        }

        SetHardState(new HardState(Term, from));
        ResetElectionTimer();
        Effects.AfterPersist.Send(from, new VoteResponse(Term, Granted: true, request.Candidate, Identity, _isLossAccepted));
    }

    public void OnVoteResponse(NodeId from, in VoteResponse response, TimeSpan now)
    {
        AdvanceTo(now);
        if (response.Term > Term)
        {
            BecomeFollower(response.Term, NodeId.None);
            return;
        }

        if (Role != Role.Candidate || response.Term != Term || !response.Granted || !IsAnswerToThis(response.Candidate)) return;
        _isLossAcceptedByVoter |= response.IsLossAccepted;
        if (CountVote(from, response.Voter)) BecomeLeader();
    }

    public void OnStaleTerm(NodeId from, in StaleTerm message, TimeSpan now)
    {
        AdvanceTo(now);
        if (message.Term > Term) BecomeFollower(message.Term, NodeId.None);
    }

    /// <summary>Whether a leader was heard from so recently that nobody else may be elected.</summary>
    private bool ProtectsLeader() =>
        Role == Role.Leader || (_leaderContact is { } contact && _now - contact < _options.ElectionTimeoutMin);

    /// <summary>
    /// Whether the asker means this voter, and the vote in <paramref name="term"/> is still free, or is already the asker's. That the asker is no voter as far
    /// as this node knows is no reason against it: the asker may know more (BUGS M5). Among those who form a cluster a vote is not given twice: a directory may
    /// have been wiped in between.
    /// </summary>
    private bool MayVoteFor(NodeId candidate, long term, NodeIdentity voter)
    {
        if (!IsAddressed(voter)) return false;
        if (term > Term) return true;
        bool isForming = voter.IsNone && !Identity.IsNone;
        return (HardState.VotedFor == candidate && !isForming) || (HardState.VotedFor.IsNone && Leader.IsNone);
    }

    private bool IsUpToDate(LogPosition last) => last >= Log.Last && IsLongEnough(last);

    private void StartPreVote()
    {
        Role before = Role;
        Role = Role.PreCandidate;
        Leader = NodeId.None;
        _votes.Clear();
        TellIfForming();
        Effects.RoleChanges.Add(new RoleChange(before, Role.PreCandidate, Term, NodeId.None));
        if (CountVote(Id, Identity))
        {
            StartElection(leadershipTransfer: false);
            return;
        }

        foreach (PeerProgress peer in _peers)
        {
            if (Configuration.IsVoter(peer.Id))
                Effects.Outbox.Send(peer.Id, new PreVoteRequest(Term + 1, Log.Last, Identity, Configuration.IdentityOf(peer.Id)));
        }
    }

    private void StartElection(bool leadershipTransfer)
    {
        Role before = Role;
        SetHardState(new HardState(Term + 1, Id));
        Role = Role.Candidate;
        Leader = NodeId.None;
        _isLossAcceptedByVoter = _isLossAccepted;
        _votes.Clear();
        ResetElectionTimer();
        Effects.RoleChanges.Add(new RoleChange(before, Role.Candidate, Term, NodeId.None));

        // Held until vote and log are durable: a grant for a log that a crash then shortens would elect a node without what was committed (E3).
        // The candidate's own vote counts at the same moment, in OnPersisted.
        foreach (PeerProgress peer in _peers)
        {
            if (Configuration.IsVoter(peer.Id))
                Effects.AfterPersist.Send(peer.Id, new VoteRequest(Term, Log.Last, leadershipTransfer, Identity, Configuration.IdentityOf(peer.Id)));
        }
    }

    private void CountOwnVoteIfDurable()
    {
        if (Role != Role.Candidate || _durableHardState != HardState) return;
        if (CountVote(Id, Identity)) BecomeLeader();
    }

    /// <summary>
    /// Counts a vote, however often it arrives once; true when a quorum has granted. A cluster is formed by all its voters, see
    /// <see cref="Configuration.IsInitial"/>.
    /// </summary>
    private bool CountVote(NodeId voter, NodeIdentity identity)
    {
        _votes[voter] = identity;
        return Configuration.IsInitial ? HasEveryVote() : Configuration.IsQuorum(_votes.ContainsKey);
    }

    private bool HasEveryVote()
    {
        foreach (NodeId voter in Configuration.Voters)
        {
            if (!_votes.ContainsKey(voter)) return false;
        }

        return true;
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
        ForgetPeers();
        Effects.RoleChanges.Add(new RoleChange(Role.Candidate, Role.Leader, Term, Id));
        if (Configuration.IsInitial) AppendConfiguration(Configuration.WithDirectories(DirectoryByVote, NewHistory()));
        // Whoever has accepted the loss has voted for this leader, or the others are a majority that has lost nothing (Y3).
        else if (_isLossAcceptedByVoter && Configuration.History.IsFormed) AppendConfiguration(Configuration.WithDirectories(static _ => default, NewBranch()));
        else AppendToLog(EntryKind.Noop, ReadOnlyMemory<byte>.Empty);
    }
}
