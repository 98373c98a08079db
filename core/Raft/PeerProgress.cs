namespace DEngine.Core;

/// <summary>How a leader sends to one peer.</summary>
public enum ReplicationState : byte
{
    /// <summary>Where the logs agree is being looked for: one message at a time.</summary>
    Probe = 0,

    /// <summary>The logs agree up to <see cref="PeerProgress.Match"/>: messages are pipelined within the in-flight window.</summary>
    Replicate = 1,

    /// <summary>What the peer needs next is not in the log any more: it is sent a snapshot, see <see cref="PeerProgress.Transfer"/>.</summary>
    Snapshot = 2,
}

/// <summary>
/// What a leader knows of one other member. Invariant: 0 &lt;= <see cref="Match"/> &lt; <see cref="Next"/> &lt;= last index + 1.
/// </summary>
public sealed class PeerProgress(NodeId id, RaftOptions options)
{
    public NodeId Id { get; } = id;

    /// <summary>Highest index that the peer is known to hold durably, as the leader has it.</summary>
    public long Match { get; private set; }

    /// <summary>Highest index that the peer's word counts for, towards commitment: 0 while it is recovering, or is not who it was.</summary>
    public long CountedMatch => Counts ? Match : 0;

    /// <summary>Whether the peer's word counts.</summary>
    public bool Counts => Recovery is null && !IsReplaced && !IsAbandoned;

    /// <summary>The peer holds as committed what this leader's log does not have: it gets nothing but heartbeats (Y6).</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>The directory that the peer is; none: it has not been heard from.</summary>
    public NodeIdentity Identity { get; private set; }

    /// <summary>Who answers for the peer runs on another directory than the members know: it gets nothing but heartbeats.</summary>
    public bool IsReplaced { get; private set; }

    /// <summary>The first confirmation round whose answer is certainly of the peer as it is now, and not of one that had its number before.</summary>
    public long FirstRound { get; init; }

    /// <summary>Index of the configuration that the peer is no member of any more; 0: it is one.</summary>
    public long LeavesAt { get; set; }

    /// <summary>The peer is recovering: what it acknowledges does not count. Null: it is not, as far as is known.</summary>
    public PeerRecovery? Recovery { get; private set; }

    /// <summary>The next index to send.</summary>
    public long Next { get; private set; }

    public ReplicationState State { get; private set; }

    /// <summary>What has been sent and not yet answered, in <see cref="ReplicationState.Replicate"/>.</summary>
    public InflightWindow Inflight { get; } = new(options.InflightMessagesMax, options.InflightBytesMax);

    /// <summary>In <see cref="ReplicationState.Probe"/>: when the one outstanding message was sent, or null when one may be sent.</summary>
    public TimeSpan? ProbeSentAt { get; private set; }

    /// <summary>The snapshot on its way to the peer, in <see cref="ReplicationState.Snapshot"/>; else null.</summary>
    public SnapshotTransfer? Transfer { get; private set; }

    /// <summary>When the peer was last heard from in this term; for check-quorum.</summary>
    public TimeSpan LastContact { get; set; }

    /// <summary>The latest confirmation round that the peer has answered.</summary>
    public long ConfirmedRound { get; set; }

    /// <summary>The highest commit index that has been sent to the peer.</summary>
    public long CommitSent { get; set; }

    /// <summary>Forgets everything; called when this node becomes leader.</summary>
    public void Reset(long next, TimeSpan now)
    {
        Match = 0;
        Next = next;
        State = ReplicationState.Probe;
        Inflight.Clear();
        ProbeSentAt = null;
        Transfer = null;
        LastContact = now;
        ConfirmedRound = 0;
        CommitSent = 0;
        Recovery = null;
        IsAbandoned = false;
    }

    /// <summary>The peer is known to be a directory.</summary>
    public void Identify(NodeIdentity identity)
    {
        if (!identity.IsNone) Identity = identity;
        IsReplaced = false;
    }

    /// <summary>Another directory than the members know answers for the peer: a snapshot on its way to the old one is given up (S4).</summary>
    public void BecomeReplaced()
    {
        IsReplaced = true;
        if (State != ReplicationState.Snapshot) return;
        State = ReplicationState.Probe;
        ProbeSentAt = null;
        Transfer = null;
    }

    /// <summary>The peer may have lost what it acknowledged in an earlier life: where the logs agree is to be found anew.</summary>
    public void BeginRecovery(PeerRecovery recovery, long next, TimeSpan now)
    {
        long round = ConfirmedRound;
        Reset(next, now);
        ConfirmedRound = round;
        Recovery = recovery;
    }

    /// <summary>The peer holds again everything that it may have acknowledged.</summary>
    public void EndRecovery() => Recovery = null;

    /// <summary>
    /// Whether an acknowledgement is of the life that the peer leads now. One that counts ends its recovery, if it reaches as far as the peer had to be
    /// brought; one of before it would hide what the peer has lost.
    /// </summary>
    public bool Believes(in AppendAccepted response)
    {
        if (Recovery is not { } recovery) return response.Recovery == 0;
        if (response.Recovery != 0) return response.Recovery == recovery.Id;
        if (response.Match.Index < recovery.Target.Index) return false;
        EndRecovery();
        return true;
    }

    /// <summary>The peer needs a snapshot before anything else.</summary>
    public void BeginTransfer(SnapshotId snapshot)
    {
        State = ReplicationState.Snapshot;
        Inflight.Clear();
        ProbeSentAt = null;
        Transfer = new SnapshotTransfer(snapshot);
    }

    /// <summary>Records what was sent: <paramref name="lastIndex"/> is the index of the last entry of the message.</summary>
    public void OnSent(long lastIndex, long bytes, TimeSpan now)
    {
        if (State == ReplicationState.Probe)
        {
            ProbeSentAt = now;
            return;
        }

        if (lastIndex < Next) return;
        Inflight.Add(lastIndex, bytes);
        Next = lastIndex + 1;
    }

    /// <summary>The peer holds everything up to <paramref name="match"/>.</summary>
    /// <param name="match">What it has acknowledged.</param>
    /// <param name="firstIndex">First index of the leader's log: a transfer is over when the log can go on from there, whatever snapshot it was (BUGS
    /// S15).</param>
    public void OnAccepted(long match, long firstIndex)
    {
        Match = Math.Max(Match, match);
        Next = Math.Max(Next, Match + 1);
        Inflight.FreeUpTo(match);
        if (State == ReplicationState.Probe || (State == ReplicationState.Snapshot && Next >= firstIndex))
        {
            State = ReplicationState.Replicate;
            Transfer = null;
            Next = Match + 1;
            ProbeSentAt = null;
        }
    }

    /// <summary>
    /// The peer claims to hold everything up to an index that this leader has compacted: nothing of it can be compared, so it does not count. A peer whose
    /// agreement is being looked for is sent a snapshot.
    /// </summary>
    public void OnClaim(long index)
    {
        Inflight.FreeUpTo(index);
        if (State != ReplicationState.Probe) return;
        Next = Math.Min(Next, Math.Max(Match, index) + 1);
        ProbeSentAt = null;
    }

    /// <summary>
    /// The peer does not hold <paramref name="previousIndex"/>. False when the refusal is a late one that says nothing new (BUGS L8).
    /// </summary>
    /// <param name="previousIndex">Which position was refused.</param>
    /// <param name="agreeAt">The highest index at which the logs may still agree; may lie before the leader's first entry.</param>
    public bool OnRejected(long previousIndex, long agreeAt)
    {
        if (previousIndex <= Match || State == ReplicationState.Snapshot) return false;
        if (State == ReplicationState.Probe && previousIndex != Next - 1) return false;
        State = ReplicationState.Probe;
        Next = Math.Max(Match, Math.Min(agreeAt, previousIndex - 1)) + 1;
        Inflight.Clear();
        ProbeSentAt = null;
        return true;
    }

    /// <summary>Allows another probe when the last one has had its time and no answer.</summary>
    public void RetryProbe(TimeSpan now, TimeSpan patience)
    {
        if (ProbeSentAt is { } sentAt && now - sentAt >= patience) ProbeSentAt = null;
    }
}
