namespace DEngine.Core;

/// <summary>
/// Comparison of what has been applied (S2). Every so often a leader tells its digest at an index, and the others answer with theirs at the same one. A node
/// that differs from a majority stops. As long as nobody knows who is right, the two that differ serve nothing.
/// </summary>
public sealed partial class Node
{
    private DigestStanding[] _standings = [];
    private long _standingsTerm;
    private TimeSpan _nextDigestAt;
    private long _noticedIndex;
    private DigestNotice _unanswered;
    private long _unansweredIndex = long.MaxValue;

    /// <summary>Running digest of everything applied, see <see cref="Applier.Digest"/>.</summary>
    public ulong Digest => _applier.Digest;

    /// <summary>The highest index at which a majority of the voters is known to have this node's digest; 0 as long as none is.</summary>
    public long ConfirmedDigestIndex { get; private set; }

    /// <summary>
    /// The entry at which this node and another are known to differ while nobody knows who is right; 0: there is none. While it is not 0, requests are refused
    /// as if there were no leader.
    /// </summary>
    public long DoubtIndex { get; private set; }

    private bool IsInDoubt => DoubtIndex > 0 || _raft.IsAbandoned;

    /// <summary>What a voter has last reported to this leader; false: nothing in this term, or this node does not lead.</summary>
    public bool TryGetReportedDigest(NodeId peer, out long index, out ulong digest)
    {
        DigestStanding? standing = IsComparing ? StandingOf(peer) : null;
        index = standing?.ReportedIndex ?? 0;
        digest = standing?.ReportedDigest ?? 0;
        return index > 0;
    }

    private bool IsComparing => _raft.IsLeader && _standingsTerm == _raft.Term;

    /// <summary>Leader: asks everybody when it is time to.</summary>
    private void CompareDigests(TimeSpan now)
    {
        if (!_raft.IsLeader || now < _nextDigestAt) return;
        _nextDigestAt = now + _options.DigestInterval;
        PrepareStandings();

        // Who is a majority alone hears from nobody that it is.
        Confirm(AgreedByMajority());
        long index = IndexToCompare();
        if (!_applier.TryGetDigest(index, out ulong digest)) return;
        _noticedIndex = index;
        foreach (DigestStanding standing in _standings)
        {
            Tell(standing.Peer, new DigestNotice(_raft.Term, index, digest, ByMajority: index <= ConfirmedDigestIndex));

            // Where it was found to differ may be too long ago for either to remember: it differs where the majority is now as well.
            if (IsOdd(standing)) TellMajority(standing.Peer, standing.DiffersFrom);
            if (ConfirmedDigestIndex < index) TellMajority(standing.Peer, ConfirmedDigestIndex);
        }
    }

    /// <summary>Under load an index that everybody remembers for long, else the newest, as where a snapshot has covered the other.</summary>
    private long IndexToCompare()
    {
        long spaced = AppliedIndex - (AppliedIndex % AppliedDigests.Spacing);
        return spaced > _noticedIndex && _applier.TryGetDigest(spaced, out _) ? spaced : AppliedIndex;
    }

    /// <summary>What was reported in an earlier term may have been said by an earlier life.</summary>
    private void PrepareStandings()
    {
        ReadOnlySpan<PeerProgress> peers = _raft.Peers;
        bool isAsBefore = IsComparing && peers.Length == _standings.Length;
        for (int i = 0; isAsBefore && i < peers.Length; i++) isAsBefore = peers[i].Id == _standings[i].Peer;
        if (isAsBefore) return;
        _standings = new DigestStanding[peers.Length];
        for (int i = 0; i < peers.Length; i++) _standings[i] = new DigestStanding(peers[i].Id);
        _standingsTerm = _raft.Term;
        _noticedIndex = 0;
    }

    /// <summary>Follower: the leader tells its digest.</summary>
    private void OnDigestNotice(NodeId from, in DigestNotice notice)
    {
        if (notice.Term != _raft.Term || from != _raft.Leader || _raft.IsLeader) return;
        if (notice.Index <= AppliedIndex)
        {
            Compare(notice);
        }
        else if (_unansweredIndex == long.MaxValue || _unanswered.Term != notice.Term)
        {
            // The first that came is kept until it is reached: who lags behind for good is compared all the same.
            _unanswered = notice;
            _unansweredIndex = notice.Index;
        }
    }

    /// <summary>An entry has been applied for which a notice has waited.</summary>
    private void AnswerWaitingNotice()
    {
        _unansweredIndex = long.MaxValue;
        if (_unanswered.Term == _raft.Term && !_raft.IsLeader && !_raft.Leader.IsNone) Compare(_unanswered);
    }

    private void Compare(in DigestNotice notice)
    {
        if (!_applier.TryGetDigest(notice.Index, out ulong own)) return;
        if (own == notice.Digest)
        {
            if (notice.ByMajority) Confirm(notice.Index);
        }
        else if (notice.Index > _raft.AgreedIndex)
        {
            // The logs themselves may differ there, after an accepted loss (Y6): that is no difference of effect.
            return;
        }
        else if (notice.ByMajority)
        {
            throw StateDivergedException.FromMajority(Id, notice.Index, own, notice.Digest);
        }
        else
        {
            Doubt(_raft.Leader, notice.Index, own, notice.Digest);
        }

        _frame.Reset();
        MessageEncoder.Write(_frame, new DigestReport(_raft.Term, notice.Index, own));
        SendFrame(_raft.Leader);
    }

    /// <summary>Leader: a follower tells its digest at an index that it was asked about.</summary>
    private void OnDigestReport(NodeId from, in DigestReport report)
    {
        if (!IsComparing || report.Term != _raft.Term) return;
        if (StandingOf(from) is not { } standing || !_applier.TryGetDigest(report.Index, out ulong own)) return;
        long confirmed = ConfirmedDigestIndex;
        bool wasOdd = IsOdd(standing);
        standing.OnReport(report.Index, report.Digest, report.Digest == own);
        if (report.Digest != own) JudgeOwn(report, own);
        Confirm(AgreedByMajority());
        if (!IsOdd(standing) && standing.DiffersFrom > 0) Doubt(from, report.Index, own, report.Digest);
        foreach (DigestStanding other in _standings)
        {
            // Who has been told is told again when the next comparison is due, not by every answer.
            bool isNews = ConfirmedDigestIndex > confirmed || (other == standing && !wasOdd);
            if (isNews && IsOdd(other)) TellMajority(other.Peer, other.DiffersFrom);
        }
    }

    /// <summary>Others that have the same digest at one index, and not the leader's, may be a majority.</summary>
    private void JudgeOwn(in DigestReport report, ulong own)
    {
        (long index, ulong digest) = (report.Index, report.Digest);
        bool isMajority = _raft.Configuration.IsQuorum(
            voter => StandingOf(voter) is { } standing && standing.ReportedIndex == index && standing.ReportedDigest == digest);
        if (isMajority) throw StateDivergedException.FromMajority(Id, index, own, digest);
    }

    private long AgreedByMajority() => _raft.Configuration.ReachedByQuorum(
        this, static (node, voter) => voter == node.Id ? node.AppliedIndex : node.StandingOf(voter)?.AgreedIndex ?? 0);

    /// <summary>A majority has this node's digest at an index, and because digests are chains, at all before it.</summary>
    private void Confirm(long index)
    {
        if (index <= ConfirmedDigestIndex) return;
        ConfirmedDigestIndex = index;
        if (DoubtIndex == 0 || DoubtIndex > index) return;
        DoubtIndex = 0;
        _ports.Observer.OnStateConfirmed(index);
    }

    private void Doubt(NodeId other, long index, ulong own, ulong others)
    {
        // Whom a majority has confirmed there is right, and learners decide nothing.
        if (index <= ConfirmedDigestIndex || !_raft.Configuration.IsVoter(other)) return;
        if (!IsInDoubt) _ports.Observer.OnStateDiffers(other, index, own, others);
        DoubtIndex = Math.Max(DoubtIndex, index);
        Gate.OnDoubt();
    }

    /// <summary>A majority is known to have the leader's digest where this one has another.</summary>
    private bool IsOdd(DigestStanding standing) => standing.DiffersFrom > 0 && standing.DiffersFrom <= ConfirmedDigestIndex;

    private void TellMajority(NodeId peer, long index)
    {
        if (_applier.TryGetDigest(index, out ulong digest)) Tell(peer, new DigestNotice(_raft.Term, index, digest, ByMajority: true));
    }

    private void Tell(NodeId peer, in DigestNotice notice)
    {
        _frame.Reset();
        MessageEncoder.Write(_frame, notice);
        SendFrame(peer);
    }

    private DigestStanding? StandingOf(NodeId peer)
    {
        foreach (DigestStanding standing in _standings)
        {
            if (standing.Peer == peer) return standing;
        }

        return null;
    }
}
