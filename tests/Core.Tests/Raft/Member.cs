namespace DEngine.Core.Tests.Raft;

/// <summary>
/// One node under test and its disk: tickets complete at once unless <see cref="DiskIsSlow"/>, and then only when the test says so. Keeps the order of
/// the real loop: submit, send what may overtake the disk, hold promises behind the ticket.
/// </summary>
internal sealed partial class Member
{
    private readonly Cluster _cluster;
    private readonly Queue<(long Ticket, PersistBatch Batch)> _writes = new();
    private readonly Queue<(long Ticket, Outbox Messages)> _held = new();
    private readonly List<Entry> _disk = [];
    private HardState _hardState;
    private RecoveryReason _recovery;
    private ulong _wipes;

    public Member(Cluster cluster, uint id, HardState hardState, ReadOnlySpan<Entry> entries)
    {
        _cluster = cluster;
        Id = new NodeId(id);
        _hardState = hardState;
        _disk.AddRange(entries);
        Raft = Boot();
    }

    public NodeId Id { get; }

    public RaftNode Raft { get; private set; }

    /// <summary>Tickets come back only through <see cref="CompleteTicket"/>.</summary>
    public bool DiskIsSlow { get; set; }

    public int TicketsUnderWay => _writes.Count;

    /// <summary>What the node has told of its recovery.</summary>
    public List<RecoveryStage> Recovery { get; } = [];

    public List<RoleChange> RoleChanges { get; } = [];

    /// <summary>The fate of every read asked for, by context.</summary>
    public Dictionary<ulong, long> Reads { get; } = [];

    /// <summary>Power loss: what was not durable is gone, and so is everything unsent.</summary>
    public void Restart()
    {
        _writes.Clear();
        _held.Clear();
        Raft = Boot();
    }

    /// <summary>The directory that it runs on; none where the cluster does not care.</summary>
    public NodeIdentity Identity => _cluster.Configuration.IsInitial ? new NodeIdentity((Id.Value * 1000) + _wipes) : NodeIdentity.None;

    /// <summary>It comes back with an empty disk.</summary>
    public void Wipe()
    {
        _disk.Clear();
        _hardState = default;
        _wipes++;
        Restart();
        Pump();
    }

    /// <summary>What there was to tell of the members.</summary>
    public List<MembershipStage> Membership { get; } = [];

    /// <summary>Power loss under memory-first persistence: the last entries that were acknowledged are gone, and the node knows.</summary>
    public void RestartWithout(int entries)
    {
        _disk.RemoveRange(_disk.Count - entries, entries);
        _recovery = RecoveryReason.UnsyncedLost;
        Restart();
        Pump();
    }

    public void AcceptLoss()
    {
        Assert.True(Raft.AcceptLoss(_cluster.Now));
        Pump();
    }

    public void Tick()
    {
        Raft.Tick(_cluster.Now);
        Pump();
    }

    public LogPosition Propose(params byte[] payload)
    {
        Assert.True(Raft.Propose(EntryKind.Command, payload, _cluster.Now, out LogPosition position), "proposed");
        Pump();
        return position;
    }

    public void Read(ulong context)
    {
        Assert.True(Raft.RequestRead(context, _cluster.Now), "a leader takes reads");
        Pump();
    }

    public bool HoldsLease() => Raft.TryLeaseRead(_cluster.Now, out _);

    public long LongestTerm() => Raft.Log.Last.Term;

    /// <summary>The oldest write under way is durable.</summary>
    public void CompleteTicket()
    {
        (long ticket, PersistBatch batch) = _writes.Dequeue();
        if (batch.HardState is { } hardState) _hardState = hardState;
        if (batch.Recovery is { } reason) _recovery = reason;
        if (batch.DropBefore is { } dropped) _disk.RemoveAll(entry => entry.Index < dropped);
        if (batch.TruncateFrom is { } from) _disk.RemoveAll(entry => entry.Index >= from);
        foreach (ref readonly Entry entry in batch.Entries) _disk.Add(entry);
        Raft.OnPersisted(ticket, _cluster.Now);
        Pump();
    }

    public void CompleteAllTickets()
    {
        while (_writes.Count > 0) CompleteTicket();
    }

    public void Pump()
    {
        Effects effects = Raft.Effects;
        Raft.FinishPass(_cluster.Now);
        if (!effects.Persist.IsEmpty)
        {
            Raft.SealPersist();
            _writes.Enqueue((effects.Persist.Ticket, effects.Persist));
            effects.Persist = new PersistBatch();
        }

        Send(effects.Outbox);
        effects.Outbox.Clear();
        if (!effects.AfterPersist.IsEmpty)
        {
            _held.Enqueue((Raft.LastTicket, effects.AfterPersist));
            effects.AfterPersist = new Outbox();
        }

        while (_held.TryPeek(out (long Ticket, Outbox Messages) held) && held.Ticket <= Raft.DurableTicket) Send(_held.Dequeue().Messages);
        RoleChanges.AddRange(effects.RoleChanges);
        effects.RoleChanges.Clear();
        foreach (RecoveryEvent happened in effects.Recovery) Recovery.Add(happened.Stage);
        effects.Recovery.Clear();
        foreach (MembershipEvent happened in effects.Membership) Membership.Add(happened.Stage);
        effects.Membership.Clear();
        foreach (ReadConfirmation read in effects.Reads) Reads.Add(read.Context, read.Index);
        effects.Reads.Clear();
        SnapshotRequest[] requests = [.. effects.Snapshots];
        effects.Snapshots.Clear();
        foreach (SnapshotRequest request in requests) Do(request);
        Raft.Compact(AppliedIndex);
        if (!effects.Persist.IsEmpty) Pump();
        if (!DiskIsSlow) CompleteAllTickets();
    }

    private RaftNode Boot()
    {
        var assembly = new LogAssembly(_snapshot.Last);
        foreach (Entry entry in _disk) assembly.Add(entry);
        RaftLog log = assembly.Complete(out bool isDiscarded);
        if (isDiscarded) _disk.Clear();
        if (_hardState.Term < _snapshot.Last.Term) _hardState = new HardState(_snapshot.Last.Term, NodeId.None);
        var random = DeterministicRandom.For(7, Id.Value);
        return new RaftNode(
            Id, _cluster.Configuration, _cluster.Options, _hardState, log, random, _cluster.Now, _snapshot, _cluster.Snapshots, _recovery,
            new DirectoryStamp(Identity, Incarnation.None, HistoryId.None));
    }

    private void Send(Outbox outbox)
    {
        var mail = new Mail(_cluster, Raft);
        outbox.ReadAll(ref mail);
    }

    /// <summary>As the real loop does, lets no promise of an older term leave.</summary>
    private readonly struct Mail(Cluster cluster, RaftNode raft) : IOutboxReader
    {
        public void OnPreVoteRequest(NodeId target, in PreVoteRequest message) => Post(target, message);

        public void OnPreVoteResponse(NodeId target, in PreVoteResponse message) => Post(target, message);

        public void OnVoteRequest(NodeId target, in VoteRequest message) => PostIfCurrent(target, message.Term, message);

        public void OnVoteResponse(NodeId target, in VoteResponse message) => PostIfCurrent(target, message.Term, message);

        public void OnTimeoutNow(NodeId target, in TimeoutNow message) => Post(target, message);

        public void OnStaleTerm(NodeId target, in StaleTerm message) => Post(target, message);

        public void OnAppendRequest(NodeId target, in AppendRequest message)
        {
            if (message.Term != raft.Term) return;
            var entries = new Entry[message.EntryCount];
            for (int i = 0; i < entries.Length; i++) entries[i] = raft.Log[message.Previous.Index + 1 + i];
            cluster.Mail.Add(new Letter(raft.Id.Value, target.Value, message, entries));
        }

        public void OnAppendAccepted(NodeId target, in AppendAccepted message) => PostIfCurrent(target, message.Term, message);

        public void OnAppendRejected(NodeId target, in AppendRejected message) => Post(target, message);

        public void OnHeartbeat(NodeId target, in Heartbeat message) => Post(target, message);

        public void OnHeartbeatResponse(NodeId target, in HeartbeatResponse message) => Post(target, message);

        public void OnSnapshotProgress(NodeId target, in SnapshotProgress message) => Post(target, message);

        public void OnRecoveryNotice(NodeId target, in RecoveryNotice message) => Post(target, message);

        public void OnIdentityNotice(NodeId target, in IdentityNotice message) => Post(target, message);

        private void PostIfCurrent(NodeId target, long term, object message)
        {
            if (term == raft.Term) Post(target, message);
        }

        private void Post(NodeId target, object message) => cluster.Mail.Add(new Letter(raft.Id.Value, target.Value, message, []));
    }
}
