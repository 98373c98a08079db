namespace DEngine.Core;

/// <summary>
/// Recovery: a node that may lack entries which it has acknowledged (memory-first persistence and a power loss, or a damaged log) must not help an election to
/// forget them. It grants no vote, does not campaign, and counts neither for commitment nor for leases, until a leader has brought it to where that
/// leader's log ended on first contact, and that is committed without it (Y1).
/// </summary>
public sealed partial class RaftNode
{
    private readonly RecoveryReports _reports = new();
    private readonly ulong _recoveryId;
    private long _recoveryTerm;
    private long? _recoveryTarget;
    private long _recoveryMatch;
    private bool _isLossAccepted;
    private bool _hasTold;
    private bool _hasToldHeld;

    /// <summary>Why this node may lack what it has acknowledged; none: it does not.</summary>
    public RecoveryReason Recovery { get; private set; }

    public bool IsRecovering => Recovery != RecoveryReason.None;

    /// <summary>Whether this node's word counts: it lacks nothing, or the loss has been accepted and what there is counts.</summary>
    public bool Counts => !IsAbandoned && (!IsRecovering || _isLossAccepted);

    /// <summary>Where a log has to end at least for this node to vote for it, when a loss has been accepted: nothing more is to be lost.</summary>
    private bool IsLongEnough(LogPosition last) => !_isLossAccepted || last >= _reports.LongestOfVoters(Configuration);

    /// <summary>What acknowledgements carry, so that a leader can tell which of them count.</summary>
    private ulong RecoveryMark => Counts ? 0 : _recoveryId;

    /// <summary>Rounds confirmed by a node that does not count would carry leases and reads.</summary>
    private long Confirmable(long round) => Counts ? round : 0;

    /// <summary>
    /// An operator orders this node to go on with what there is, although entries that were acknowledged may be lost. The longest log that has been
    /// reported to it still goes first.
    /// </summary>
    /// <returns>False when the node is not recovering.</returns>
    public bool AcceptLoss(TimeSpan now)
    {
        AdvanceTo(now);
        if (!IsRecovering || _isLossAccepted) return false;
        AcceptLoss(RecoveryStage.LossOrdered);
        return true;
    }

    /// <summary>A peer has something to say about its recovery or about this node's.</summary>
    public void OnRecoveryNotice(NodeId from, in RecoveryNotice notice, TimeSpan now)
    {
        AdvanceTo(now);
        switch (notice.Step)
        {
            case RecoveryStep.Request or RecoveryStep.Over:
                if (AcceptFromPeer(from, notice.Term, round: 0, notice.Sender, now, out PeerProgress? peer)) OnPeerRecovery(peer, notice);
                break;
            case RecoveryStep.Abandoned:
                if (AcceptFromPeer(from, notice.Term, round: 0, notice.Sender, now, out PeerProgress? abandoned)) abandoned.IsAbandoned = true;
                break;
            case RecoveryStep.Target:
                OnRecoveryTarget(from, notice);
                break;
            case RecoveryStep.Contradiction:
                OnContradiction(from, notice);
                break;
            case RecoveryStep.Report:
                Effects.Outbox.Send(from, Report(RecoveryStep.Answer, notice.Id));
                break;
            case RecoveryStep.Answer:
                if (IsKnownAs(from, notice.Sender))
                    _reports.Add(from, unchecked((long)(notice.Id - _recoveryId)), notice.Last, notice.Reason, notice.KnowsLeader);
                if (IsRecovering) JudgeReports();
                break;
            default:
                Invariant.Broken($"unknown step {notice.Step}");
                break;
        }
    }

    /// <summary>
    /// A leader hears that a peer is recovering: what that peer acknowledged in an earlier life says nothing any more, so it begins anew with it.
    /// </summary>
    private void OnPeerRecovery(PeerProgress peer, in RecoveryNotice notice)
    {
        if (notice.Step == RecoveryStep.Over)
        {
            if (peer.Recovery is { } over && over.Id == notice.Id) peer.EndRecovery();
            return;
        }

        if (peer.Recovery is not { } known || known.Id != notice.Id) peer.BeginRecovery(new PeerRecovery(notice.Id, Log.Last), Log.LastIndex + 1, _now);
        SendRecoveryTarget(peer);
    }

    private void SendRecoveryTarget(PeerProgress peer)
    {
        if (peer.Recovery is not { } recovery) return;
        Effects.Outbox.Send(peer.Id, Notice(RecoveryStep.Target, recovery.Id, recovery.Target));
    }

    private void OnRecoveryTarget(NodeId from, in RecoveryNotice notice)
    {
        if (notice.Term != Term || from != Leader || Role != Role.Follower) return;
        if (Counts || notice.Id != _recoveryId)
        {
            // A late copy of an old request has made the leader think so.
            Effects.Outbox.Send(from, Notice(RecoveryStep.Over, notice.Id, Log.Last));
            return;
        }

        BeginRecoveryUnder(Term);
        _recoveryTarget ??= notice.Last.Index;
        EndRecoveryIfDone();
    }

    /// <summary>A leader has been heard from: asks it what is missing, again and again, for either message may be lost.</summary>
    private void RequestRecovery()
    {
        if (Counts) return;
        BeginRecoveryUnder(Term);
        Effects.Outbox.Send(Leader, Notice(RecoveryStep.Request, _recoveryId, Log.Last) with { Reason = Recovery });
    }

    /// <summary>What one leader has given counts for nothing under the next.</summary>
    private void BeginRecoveryUnder(long term)
    {
        if (_recoveryTerm == term) return;
        _recoveryTerm = term;
        _recoveryTarget = null;
        _recoveryMatch = 0;
        if (!_isLossAccepted) _reports.Clear();
    }

    /// <summary>This node holds, as its leader has it, everything up to an index.</summary>
    private void OnMatched(long index)
    {
        OnAgreed(index);
        if (IsSure) return;
        BeginRecoveryUnder(Term);
        _recoveryMatch = Math.Max(_recoveryMatch, index);
    }

    /// <summary>
    /// Whether all that a leader may think this node holds is here: it has lost nothing, and is the directory that the leader knows. Where a recovery has ended
    /// in this very term, messages from before the loss may still be under way (seed 3425).
    /// </summary>
    private bool IsSure => !IsRecovering && _recoveryTerm != Term && IsKnownAs(Id, Identity);

    /// <summary>
    /// What of a leader's commit index may be believed: it speaks of a log that this node, or another directory with its number, may have acknowledged and lost
    /// since. What is there instead may differ.
    /// </summary>
    private long Believable(long commitIndex)
    {
        if (IsSure) return commitIndex;
        return _recoveryTerm == Term ? Math.Min(commitIndex, _recoveryMatch) : 0;
    }

    private void EndRecoveryIfDone()
    {
        if (!IsRecovering || !(_isLossAccepted ? HasSeenCommitInTerm() : HasReachedTarget())) return;
        EndRecovery(RecoveryStage.Ended);
    }

    private void EndRecovery(RecoveryStage stage)
    {
        TellRecovery(stage);
        if (Role != Role.Leader && !Leader.IsNone && !_isLossAccepted)
            Effects.Outbox.Send(Leader, Notice(RecoveryStep.Over, _recoveryId, Log.Last));
        Recovery = RecoveryReason.None;
        _isLossAccepted = false;
        Effects.Persist.Recovery = RecoveryReason.None;
    }

    private bool HasReachedTarget() =>
        _recoveryTerm == Term && _recoveryTarget is { } target && Math.Min(_recoveryMatch, Math.Min(CommitIndex, _durableIndex)) >= target;

    /// <summary>
    /// What is left has a leader, and it is committed: all of it, and not only what a late message of the leader before the loss says (seed 3425).
    /// </summary>
    private bool HasSeenCommitInTerm() =>
        Log.TryTermAt(CommitIndex, out long term) && term == Term && _durableIndex >= CommitIndex
        && new LogPosition(term, CommitIndex) >= _reports.LongestOfVoters(Configuration);

    /// <summary>The election timeout has passed, and this node may not campaign: it asks around whether anybody can.</summary>
    private void AskAround()
    {
        _reports.Ask();
        JudgeReports();
        foreach (PeerProgress peer in _peers) Effects.Outbox.Send(peer.Id, Report(RecoveryStep.Report, _recoveryId + (ulong)_reports.Question));
    }

    private void JudgeReports()
    {
        if (ProtectsLeader()) return;
        _reports.Add(Id, _reports.Question, Log.Last, Recovery, knowsLeader: false);
        if (Counts) return;
        if (_reports.IsNothingCommitted(Configuration)) EndRecovery(RecoveryStage.Ended);
        if (Counts || !_reports.IsMajorityLost(Configuration)) return;
        if (!_hasTold) TellRecovery(RecoveryStage.MajorityLost);
        _hasTold = true;
        if (_reports.IsComplete(Configuration)) AcceptLossUnlessHeld();
    }

    /// <summary>
    /// What a running node holds is not given up by the nodes themselves: where a learner's log goes further than any voter's, an operator decides (Y3).
    /// </summary>
    private void AcceptLossUnlessHeld()
    {
        LogPosition held = _reports.LongestOfMembers(Configuration);
        if (held <= _reports.LongestOfVoters(Configuration))
        {
            AcceptLoss(RecoveryStage.LossAccepted);
            return;
        }

        if (!_hasToldHeld) Effects.Recovery.Add(new RecoveryEvent(RecoveryStage.HeldByLearner, Recovery, Log.Last, held));
        _hasToldHeld = true;
    }

    private void AcceptLoss(RecoveryStage stage)
    {
        _reports.Add(Id, _reports.Question, Log.Last, Recovery, knowsLeader: false);
        _isLossAccepted = true;
        TellRecovery(stage);
    }

    private RecoveryNotice Report(RecoveryStep step, ulong question) => new(Term, step, question, Log.Last, Recovery, ProtectsLeader(), Identity);

    private RecoveryNotice Notice(RecoveryStep step, ulong id, LogPosition last) => new(Term, step, id, last, RecoveryReason.None, KnowsLeader: true, Identity);

    private void TellRecovery(RecoveryStage stage) =>
        Effects.Recovery.Add(new RecoveryEvent(stage, Recovery, Log.Last, _isLossAccepted ? _reports.LongestOfVoters(Configuration) : LogPosition.Origin));
}
