namespace DEngine.Core;

/// <summary>Leadership transfer (thesis §3.10).</summary>
public sealed partial class RaftNode
{
    private NodeId _transferTarget;
    private TimeSpan _transferDeadline;

    /// <summary>Who leadership is being handed to; no proposals are taken meanwhile.</summary>
    public NodeId TransferTarget => _transferTarget;

    /// <summary>
    /// Starts handing leadership over. The target is brought up to date first; after <see cref="RaftOptions.ElectionTimeoutMax"/> without success the
    /// leader goes on leading (BUGS T1).
    /// </summary>
    /// <param name="target">A voter other than this node; <see cref="NodeId.None"/> picks the one that is furthest along.</param>
    /// <param name="now">The instant of the request.</param>
    /// <returns>False when this node does not lead, a transfer is under way, or there is no such voter, or a change takes its vote.</returns>
    public bool TransferLeadership(NodeId target, TimeSpan now)
    {
        AdvanceTo(now);
        if (Role != Role.Leader || !_transferTarget.IsNone) return false;
        PeerProgress? peer = target.IsNone ? FurthestPeer() : FindPeer(target);
        if (peer is null || !MayTakeOver(peer)) return false;
        _transferTarget = peer.Id;
        _transferDeadline = now + _options.ElectionTimeoutMax;
        SendTimeoutNowIfCaughtUp(peer);
        return true;
    }

    public void OnTimeoutNow(NodeId from, in TimeoutNow message, TimeSpan now)
    {
        AdvanceTo(now);
        if (message.Term != Term || Role == Role.Leader || !MayCampaign || !Counts || Configuration.IsInitial) return;
        StartElection(leadershipTransfer: true);
    }

    /// <summary>A voter, and not one that a change under way takes the vote from: that may be over before the target is caught up (seed 2064).</summary>
    private bool MayTakeOver(PeerProgress peer) => peer.Counts && Configuration.Find(peer.Id) is { IsVoter: true };

    private PeerProgress? FurthestPeer()
    {
        PeerProgress? best = null;
        foreach (PeerProgress peer in _peers)
        {
            if (!MayTakeOver(peer)) continue;

            // Of two that hold the same, the one heard from last: the other may be dead.
            if (best is null || peer.Match > best.Match || (peer.Match == best.Match && peer.LastContact > best.LastContact)) best = peer;
        }

        return best;
    }

    private void SendTimeoutNowIfCaughtUp(PeerProgress peer)
    {
        if (peer.Id != _transferTarget || peer.CountedMatch != Log.LastIndex) return;

        // From here on an election may pass the guard that leases rest on, at any later time: a copy may be late. No lease for the rest of the term (R4).
        _leaseForfeited = true;
        _leaseUntil = null;
        Effects.Outbox.Send(peer.Id, new TimeoutNow(Term));
    }

    private void AbandonTransfer() => _transferTarget = NodeId.None;
}
