namespace DEngine.Core;

/// <summary>Reads that need no log entry: ReadIndex (paper §8, thesis §6.4) and leases (thesis §6.4.1).</summary>
public sealed partial class RaftNode
{
    /// <summary>How many rounds back a round's start is remembered. A confirmation older than that renews no lease; nothing else depends on it.</summary>
    private const int RoundsRemembered = 256;

    /// <summary>So many times in a heartbeat interval a round may be started beside one that is not confirmed yet.</summary>
    private const int RoundsPerHeartbeatMax = 8;

    private readonly TimeSpan[] _roundStartedAt = new TimeSpan[RoundsRemembered];
    private readonly Queue<WaitingRead> _waitingReads = new();
    private readonly List<ulong> _newReads = [];
    private TimeSpan? _leaseUntil;
    private bool _leaseForfeited;
    private long _leaseRoundMin;
    private bool _startsRound;

    /// <summary>When this leader's lease ends, as of the last confirmation; null without one.</summary>
    public TimeSpan? LeaseUntil => _leaseUntil;

    /// <summary>The confirmation round that was started last; numbers go on over terms.</summary>
    public long Round => _round;

    /// <summary>The latest round of this leader that a quorum has confirmed.</summary>
    public long ConfirmedRound => ReachedByQuorum(static (node, peer) => peer is null ? node._round : peer.ConfirmedRound);

    /// <summary>This leader has tried to hand over, so it has no lease for the rest of its term (R4).</summary>
    public bool HasForfeitedLease => _leaseForfeited;

    /// <summary>
    /// Asks from which index on a linearizable read may be served. The answer comes in <see cref="Effects.Reads"/>; all reads asked for before a
    /// confirmation round starts share it.
    /// </summary>
    /// <param name="context">Given back with the answer.</param>
    /// <param name="now">The instant of the request.</param>
    /// <returns>False when this node does not lead; nothing will come back then.</returns>
    public bool RequestRead(ulong context, TimeSpan now)
    {
        AdvanceTo(now);
        if (Role != Role.Leader) return false;
        _newReads.Add(context);
        return true;
    }

    /// <summary>
    /// Whether a read may be served now by lease, once <paramref name="index"/> is applied. Check first, read the value after.
    /// </summary>
    public bool TryLeaseRead(TimeSpan now, out long index)
    {
        AdvanceTo(now);
        index = CommitIndex;
        return HoldsLeaseAt(_now);
    }

    /// <summary>Whether a read may be served by lease at an instant, as far as is known now. Changes nothing.</summary>
    public bool HoldsLeaseAt(TimeSpan instant)
    {
        if (Role != Role.Leader || !HasCommittedInTerm || !_transferTarget.IsNone) return false;
        return IsAlone || (_leaseUntil is { } until && instant < until);
    }

    /// <summary>
    /// Gives the reads that have gathered a round of their own. A read waits for a round that starts after it was asked for: an answer that was already
    /// under way proves nothing about now (R1, BUGS R1). It also waits until an entry of this term is committed (R2, BUGS R2). While a young round is under
    /// way, reads gather behind it: otherwise every pass with a read would ask all peers, and no confirmation would be of a round that is still remembered.
    /// </summary>
    private void StartRoundForWaitingReads()
    {
        if (_newReads.Count > 0 && (_startsRound || IsAlone || _now >= NextRoundAt)) GiveRoundToNewReads();
    }

    /// <summary>From when on a round for reads may be started; the messages of one that starts in this pass have not left yet.</summary>
    private TimeSpan NextRoundAt =>
        ConfirmedRound >= _round ? TimeSpan.Zero : _roundStartedAt[_round % RoundsRemembered] + (_options.HeartbeatInterval / RoundsPerHeartbeatMax);

    private void GiveRoundToNewReads()
    {
        if (!IsAlone && !_startsRound) BroadcastHeartbeat();
        foreach (ulong context in _newReads) _waitingReads.Enqueue(new WaitingRead(context, _round));
        _newReads.Clear();
        ReleaseConfirmedReads();
    }

    private void StartRound()
    {
        _round++;
        _roundStartedAt[_round % RoundsRemembered] = _now;
        _startsRound = true;
    }

    private void OnRoundConfirmed()
    {
        long confirmed = ConfirmedRound;
        if (confirmed > 0 && confirmed >= _leaseRoundMin && _round - confirmed < RoundsRemembered && !_leaseForfeited)
        {
            // From when the round was started, not from when its answers came: followers protect this leader from some instant in between.
            TimeSpan until = _roundStartedAt[confirmed % RoundsRemembered] + _options.LeaseDuration;
            if (_leaseUntil is null || until > _leaseUntil) _leaseUntil = until;
        }

        ReleaseConfirmedReads();
    }

    private void ReleaseReadsWaitingForCommit() => ReleaseConfirmedReads();

    private void ReleaseConfirmedReads()
    {
        if (_waitingReads.Count == 0 || !HasCommittedInTerm) return;
        long confirmed = ConfirmedRound;
        while (_waitingReads.TryPeek(out WaitingRead read) && read.Round <= confirmed)
        {
            _waitingReads.Dequeue();
            Effects.Reads.Add(new ReadConfirmation(read.Context, CommitIndex));
        }
    }

    private void FailWaitingReads()
    {
        foreach (WaitingRead read in _waitingReads) Effects.Reads.Add(new ReadConfirmation(read.Context, -1));
        foreach (ulong context in _newReads) Effects.Reads.Add(new ReadConfirmation(context, -1));
        _waitingReads.Clear();
        _newReads.Clear();
    }

    private readonly record struct WaitingRead(ulong Context, long Round);
}
