namespace DEngine.Core;

/// <summary>The leader's side of replication (paper §5.3).</summary>
public sealed partial class RaftNode
{
    private long _round;

    /// <summary>
    /// Appends an entry when this node leads and is not handing leadership over. The payload is kept and must not change any more.
    /// </summary>
    /// <returns>False when it is not the leader's turn to take proposals; nothing has happened then.</returns>
    public bool Propose(EntryKind kind, ReadOnlyMemory<byte> payload, TimeSpan now, out LogPosition position)
    {
        AdvanceTo(now);
        if (Role != Role.Leader || !_transferTarget.IsNone)
        {
            position = default;
            return false;
        }

        position = AppendToLog(kind, payload);
        return true;
    }

    public void OnAppendAccepted(NodeId from, in AppendAccepted response, TimeSpan now)
    {
        if (!AcceptFromPeer(from, response.Term, response.Round, response.Follower, now, out PeerProgress? peer)) return;
        if (response.Match.Index < Log.Base.Index)
        {
            peer.OnClaim(response.Match.Index);
            return;
        }

        // What the peer holds there is another entry than this leader's, or none of it (Y6).
        if (!Log.Contains(response.Match))
        {
            OnContradicted(peer, response.Match);
            return;
        }

        if (!peer.Believes(response)) return;
        peer.OnAccepted(response.Match.Index, Log.FirstIndex);
        AdvanceCommit();
        SendTimeoutNowIfCaughtUp(peer);
    }

    public void OnAppendRejected(NodeId from, in AppendRejected response, TimeSpan now)
    {
        if (!AcceptFromPeer(from, response.Term, response.Round, response.Follower, now, out PeerProgress? peer)) return;
        // What was compacted here has no terms to compare any more: a peer that ends or differs there needs a snapshot.
        bool isBehind = response.Hint.Index < Log.Base.Index;
        long agree = isBehind ? response.Hint.Index : Log.LastAtOrBelow(response.Hint.Index, response.Hint.Term).Index;
        peer.OnRejected(response.PreviousIndex, agree);
    }

    public void OnHeartbeatResponse(NodeId from, in HeartbeatResponse response, TimeSpan now)
    {
        if (!AcceptFromPeer(from, response.Term, response.Round, response.Follower, now, out PeerProgress? peer)) return;
        peer.RetryProbe(now, _options.HeartbeatInterval);
        peer.Transfer?.AskIfSilent(now, _snapshots.Patience);
        if (response.Round != 0) SendRecoveryTarget(peer);
        bool unanswered = peer.State == ReplicationState.Replicate && peer.Match < peer.Next - 1 && peer.Next >= Log.FirstIndex;
        if (!unanswered) return;

        // The peer is alive and has not answered for what was sent: an empty append behind it is refused if something was lost, and
        // acknowledged when the peer's disk is done if not.
        SendAppend(peer, count: 0, bytes: 0);
    }

    private LogPosition AppendToLog(EntryKind kind, ReadOnlyMemory<byte> payload)
    {
        var entry = new Entry(new LogPosition(Term, Log.LastIndex + 1), kind, payload);
        Log.Append(entry);
        Effects.Persist.Add(entry);
        OnAppended(entry);
        return entry.Position;
    }

    /// <summary>
    /// The common part of every answer to a leader: right term, right role, known peer, on the directory that it is known by; it is alive and has confirmed a
    /// round.
    /// </summary>
    private bool AcceptFromPeer(
        NodeId from, long term, long round, NodeIdentity follower, TimeSpan now, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PeerProgress? peer)
    {
        AdvanceTo(now);
        peer = null;
        if (term > Term)
        {
            BecomeFollower(term, NodeId.None);
            return false;
        }

        // An answer from an older term says nothing about this one, and nothing at all to a node that no longer leads (BUGS L16).
        if (term < Term || Role != Role.Leader) return false;
        peer = FindPeer(from);
        if (peer is null || !IsThatMember(peer, follower, round)) return false;
        Invariant.Holds(round <= _round, "only rounds that were started are confirmed", round, _round);
        peer.LastContact = now;
        if (round > peer.ConfirmedRound)
        {
            peer.ConfirmedRound = round;
            OnRoundConfirmed();
        }

        return true;
    }

    private void SendAppends(PeerProgress peer)
    {
        if (peer.IsReplaced || peer.IsAbandoned) return;
        if (peer.Next < Log.FirstIndex)
        {
            SendSnapshot(peer);
            return;
        }

        if (peer.State == ReplicationState.Probe)
        {
            if (peer.ProbeSentAt is null) SendNextEntries(peer);
            return;
        }

        while (peer.Next <= Log.LastIndex && !peer.Inflight.IsFull) SendNextEntries(peer);
    }

    private void SendNextEntries(PeerProgress peer)
    {
        Invariant.Holds(peer.Next >= Log.FirstIndex, "what a peer needs is in memory", peer.Next, Log.FirstIndex);
        int count = Log.CountFitting(peer.Next, _options.AppendEntriesMax, _options.AppendBytesMax, out long bytes);
        SendAppend(peer, count, bytes);
    }

    private void SendAppend(PeerProgress peer, int count, long bytes)
    {
        long previousIndex = peer.Next - 1;
        bool known = Log.TryTermAt(previousIndex, out long previousTerm);
        Invariant.Holds(known, "what precedes a peer's next entry is known", previousIndex, Log.FirstIndex);
        var request = new AppendRequest(Term, new LogPosition(previousTerm, previousIndex), CommitIndex, _round, count);
        Effects.Outbox.Send(peer.Id, request);
        peer.CommitSent = Math.Max(peer.CommitSent, Math.Min(CommitIndex, previousIndex + count));
        peer.OnSent(previousIndex + count, bytes, _now);
    }

    /// <summary>Starts a fresh confirmation round and asks everyone to take part.</summary>
    private void BroadcastHeartbeat()
    {
        StartRound();
        foreach (PeerProgress peer in _peers) SendHeartbeat(peer, _round);
    }

    /// <summary>
    /// Tells peers of a new commit index when nothing else that was sent in this pass did: a follower serves forwarded reads only once it has
    /// applied. Round 0: no answer wanted.
    /// </summary>
    private void SendCommitNotices()
    {
        foreach (PeerProgress peer in _peers)
        {
            if (Math.Min(CommitIndex, peer.Match) > peer.CommitSent) SendHeartbeat(peer, round: 0);
        }
    }

    private void SendHeartbeat(PeerProgress peer, long round)
    {
        // Never above what the peer is known to hold as this leader has it: it may still hold a conflicting suffix (C3, BUGS L2).
        long commit = Math.Min(CommitIndex, peer.Match);
        peer.CommitSent = Math.Max(peer.CommitSent, commit);
        Effects.Outbox.Send(peer.Id, new Heartbeat(Term, commit, round));
    }
}
