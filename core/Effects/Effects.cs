namespace DEngine.Core;

/// <summary>
/// Everything one pass of a <see cref="RaftNode"/> asks the world to do. One instance, reused; filled by the inputs, emptied by the node loop.
/// The order that the loop keeps: <see cref="Persist"/> is submitted, <see cref="Outbox"/> goes out at once, <see cref="AfterPersist"/> goes out when
/// everything submitted so far is durable.
/// </summary>
public sealed class Effects
{
    /// <summary>What has to become durable.</summary>
    public PersistBatch Persist { get; set; } = new();

    /// <summary>Messages that may overtake the disk.</summary>
    public Outbox Outbox { get; } = new();

    /// <summary>Votes, requests for votes and acknowledgements: promises, which must not be made before they can be kept (invariant D1).</summary>
    public Outbox AfterPersist { get; set; } = new();

    /// <summary>Changes of role, term and leader, oldest first.</summary>
    public List<RoleChange> RoleChanges { get; } = [];

    /// <summary>Reads whose fate is known.</summary>
    public List<ReadConfirmation> Reads { get; } = [];

    /// <summary>What is to be done about snapshots, in order.</summary>
    public List<SnapshotRequest> Snapshots { get; } = [];

    /// <summary>What is to be told of this node's recovery, in order.</summary>
    public List<RecoveryEvent> Recovery { get; } = [];

    /// <summary>What is to be told of the members, in order.</summary>
    public List<MembershipEvent> Membership { get; } = [];

    /// <summary>Nothing waits for the next pass.</summary>
    public bool IsEmpty =>
        Persist.IsEmpty && Outbox.IsEmpty && AfterPersist.IsEmpty && RoleChanges.Count == 0 && Reads.Count == 0 && Snapshots.Count == 0
        && Recovery.Count == 0 && Membership.Count == 0;

    /// <summary>Checks what is about to leave against the state that it leaves from. Always on.</summary>
    public void Validate(RaftNode node)
    {
        Invariant.Holds(node.CommitIndex <= node.Log.LastIndex, "commit index is inside the log (C2)", node.CommitIndex, node.Log.LastIndex);
        ReadOnlySpan<Entry> entries = Persist.Entries;
        if (entries.Length > 0)
        {
            Invariant.Holds(entries[^1].Position == node.Log.Last, "what is persisted is the log's end", entries[^1].Position, node.Log.Last);
        }

        if (Persist.HardState is { } hardState)
        {
            Invariant.Holds(hardState == node.HardState, "the hard state persisted is the node's", hardState, node.HardState);
        }

        var checker = new OutboxChecker(node);
        Outbox.ReadAll(ref checker);
        AfterPersist.ReadAll(ref checker);
    }

    /// <summary>A message may speak of an older term (it was sent earlier in the pass), never of one the node has not reached.</summary>
    private readonly struct OutboxChecker(RaftNode node) : IOutboxReader
    {
        public void OnPreVoteRequest(NodeId target, in PreVoteRequest message) => Reached(target, message.Term - 1);

        public void OnPreVoteResponse(NodeId target, in PreVoteResponse message) => NotSelf(target);

        public void OnVoteRequest(NodeId target, in VoteRequest message) => Reached(target, message.Term);

        public void OnVoteResponse(NodeId target, in VoteResponse message) => Reached(target, message.Term);

        public void OnTimeoutNow(NodeId target, in TimeoutNow message) => Reached(target, message.Term);

        public void OnStaleTerm(NodeId target, in StaleTerm message) => Reached(target, message.Term);

        public void OnAppendRequest(NodeId target, in AppendRequest message)
        {
            Reached(target, message.Term);
            if (message.Term != node.Term) return;
            Invariant.Holds(node.Log.Contains(message.Previous), "what precedes an append is in the log", message.Previous, node.Log.Last);
            Invariant.Holds(message.Previous.Index + message.EntryCount <= node.Log.LastIndex, "an append sends what is in the log");
        }

        public void OnAppendAccepted(NodeId target, in AppendAccepted message) => Reached(target, message.Term);

        public void OnAppendRejected(NodeId target, in AppendRejected message) => Reached(target, message.Term);

        public void OnHeartbeat(NodeId target, in Heartbeat message)
        {
            Reached(target, message.Term);
            Invariant.Holds(message.CommitIndex <= node.CommitIndex, "a heartbeat does not commit more than the leader", message.CommitIndex, node.CommitIndex);
        }

        public void OnHeartbeatResponse(NodeId target, in HeartbeatResponse message) => Reached(target, message.Term);

        public void OnSnapshotProgress(NodeId target, in SnapshotProgress message) => Reached(target, message.Term);

        public void OnRecoveryNotice(NodeId target, in RecoveryNotice message) => Reached(target, message.Term);

        public void OnIdentityNotice(NodeId target, in IdentityNotice message) => Reached(target, message.Term);

        private void Reached(NodeId target, long term)
        {
            NotSelf(target);
            Invariant.Holds(term <= node.Term, "no message is of a term that was not reached (M1)", term, node.Term);
        }

        private void NotSelf(NodeId target) => Invariant.Holds(target != node.Id, "no message goes to its sender");
    }
}

/// <summary>A node has changed role, term or the leader it follows.</summary>
/// <param name="From">Role before.</param>
/// <param name="To">Role after; may equal <paramref name="From"/> when only the leader became known.</param>
/// <param name="Term">Term after.</param>
/// <param name="Leader">Leader as now known, or <see cref="NodeId.None"/>.</param>
public readonly record struct RoleChange(Role From, Role To, long Term, NodeId Leader);

/// <summary>The fate of a read asked for with <see cref="RaftNode.RequestRead"/>.</summary>
/// <param name="Context">What the asker handed in.</param>
/// <param name="Index">The read may be served once this index is applied; -1 when leadership was lost first.</param>
public readonly record struct ReadConfirmation(ulong Context, long Index);
