namespace DEngine.Core;

/// <summary>
/// The Raft state machine of one node: pure, single-threaded, without I/O, clock or randomness of its own. Inputs are the <c>On…</c> methods,
/// <see cref="Tick"/>, <see cref="Propose"/>, <see cref="RequestRead"/> and <see cref="TransferLeadership"/>; each takes the monotonic instant
/// at which it happens. What is to be done about them gathers in <see cref="Effects"/> until <see cref="FinishPass"/>.
/// Sources: Ongaro and Ousterhout 2014 ("the paper"), Ongaro's dissertation ("thesis").
/// </summary>
public sealed partial class RaftNode
{
    private readonly RaftOptions _options;
    private PeerProgress[] _peers = [];
    private DeterministicRandom _random;
    private TimeSpan _now;

    /// <param name="id">Who this node is.</param>
    /// <param name="configuration">
    /// Who the members are as of the snapshot, or as a new directory was told; what the log says goes before it. A node that is no voter follows and never
    /// campaigns.
    /// </param>
    /// <param name="options">Already validated.</param>
    /// <param name="hardState">Term and vote as last made durable.</param>
    /// <param name="log">The durable log; owned by the node from here on.</param>
    /// <param name="random">Stream for election timeouts.</param>
    /// <param name="now">The monotonic instant of the start.</param>
    /// <param name="snapshot">The newest snapshot that is durable here; none: there is none.</param>
    /// <param name="snapshots">What of the log is kept, and how snapshots are sent; null: the defaults.</param>
    /// <param name="recovery">Why log and votes may lack what this node has acknowledged.</param>
    /// <param name="directory">
    /// The directory that log and votes are kept in, in which life; its history holds until the log names one. Default: not used, as in most tests.
    /// </param>
    public RaftNode(
        NodeId id, Configuration configuration, RaftOptions options, HardState hardState, RaftLog log, DeterministicRandom random, TimeSpan now,
        SnapshotId snapshot = default, SnapshotPolicy? snapshots = null, RecoveryReason recovery = RecoveryReason.None,
        DirectoryStamp directory = default)
    {
        options.Validate();
        _snapshots = snapshots ?? new SnapshotPolicy();
        _snapshots.Validate();
        Invariant.Holds(!id.IsNone, "a node has an id");
        Invariant.Holds(snapshot.Last.Index >= log.Base.Index && snapshot.Last.Index <= log.LastIndex, "log and snapshot join (K4)", snapshot.Last, log.Last);
        Invariant.Holds(log.Last.Term <= hardState.Term, "the log holds no entry of a term that was never reached", log.Last, hardState);
        Id = id;
        Identity = directory.Directory;
        Incarnation = directory.Incarnation;
        _historyAtStart = directory.History;
        _configurations = new ConfigurationHistory(snapshot.Last.Index, configuration);
        HardState = hardState;
        Log = log;
        Snapshot = snapshot;
        CommitIndex = snapshot.Last.Index;
        _options = options;
        _random = random;
        _now = now;
        _durableIndex = log.LastIndex;
        _durableHardState = hardState;
        for (long index = snapshot.Last.Index + 1; index <= log.LastIndex; index++)
        {
            if (log[index].Kind == EntryKind.Configuration) _configurations.Append(log[index]);
        }

        BuildPeers();
        TellIfReplaced(Configuration.IdentityOf(Id));
        Recovery = recovery;
        if (recovery == RecoveryReason.UnsyncedLost && Configuration.IsInitial && log.Last == LogPosition.Origin)
        {
            // It belongs to no cluster yet: the entry that says so is synced before anything is acknowledged, in every strategy. So nothing is lost.
            EndRecovery(RecoveryStage.Ended);
        }

        if (IsRecovering)
        {
            _recoveryId = 1 + (_random.NextUInt64() >> 1);
            TellRecovery(RecoveryStage.Began);
        }

        // A node that is back may have confirmed a leader's lease just before it went down: until that lease must have ended, it votes for
        // nobody else (invariant R3). A node that never took part in a term cannot have.
        _leaderContact = hardState.Term > 0 ? now : null;
        ResetElectionTimer();
    }

    public NodeId Id { get; }

    public Role Role { get; private set; }

    public HardState HardState { get; private set; }

    public long Term => HardState.Term;

    /// <summary>The leader of <see cref="Term"/>, when known.</summary>
    public NodeId Leader { get; private set; }

    public RaftLog Log { get; }

    /// <summary>Everything up to here is on a quorum for good. Order: base &lt;= applied &lt;= commit &lt;= last.</summary>
    public long CommitIndex { get; private set; }

    /// <summary>What this pass asks for so far.</summary>
    public Effects Effects { get; } = new();

    public bool IsLeader => Role == Role.Leader;

    /// <summary>What is known of each other member, in order of id, and behind them of who has left and may not know; meaningful while leader.</summary>
    public ReadOnlySpan<PeerProgress> Peers => _peers;

    /// <summary>
    /// Ends a pass: sends what has gathered (entries, commit index, confirmation rounds). Call it once, after all inputs of the pass and before the
    /// effects are read.
    /// </summary>
    public void FinishPass(TimeSpan now)
    {
        AdvanceTo(now);
        if (Role == Role.Leader)
        {
            RegisterIdentities();
            StartRoundForWaitingReads();
            foreach (PeerProgress peer in _peers) SendAppends(peer);
            SendCommitNotices();
            LetGoOfWhoLeft();
            StepDownIfRemoved();
        }

        _startsRound = false;
        Effects.Validate(this);
    }

    private PeerProgress? FindPeer(NodeId id)
    {
        foreach (PeerProgress peer in _peers)
        {
            if (peer.Id == id) return peer;
        }

        return null;
    }

    private void AdvanceTo(TimeSpan now)
    {
        Invariant.Holds(now >= _now, "the monotonic clock does not go back", now, _now);
        _now = now;
    }

    private void SetHardState(HardState next)
    {
        Invariant.Holds(next.Term >= Term, "the term never falls (E2)", next.Term, Term);
        Invariant.Holds(
            next.Term > Term || HardState.VotedFor.IsNone || next.VotedFor == HardState.VotedFor,
            "a vote is not taken back within its term (E1)", next, HardState);
        if (next == HardState) return;
        HardState = next;
        Effects.Persist.HardState = next;
    }

    private void BecomeFollower(long term, NodeId leader)
    {
        Role before = Role;
        NodeId leaderBefore = Leader;
        bool raised = term > Term;
        if (raised) SetHardState(new HardState(term, NodeId.None));
        if (before == Role.Leader) LeaveLeadership();
        Role = Role.Follower;
        Leader = leader;
        if (before != Role.Follower) ResetElectionTimer();
        if (before != Role.Follower || raised || leaderBefore != leader)
        {
            Effects.RoleChanges.Add(new RoleChange(before, Role.Follower, Term, leader));
        }
    }

    private void LeaveLeadership()
    {
        _leaseUntil = null;
        _transferTarget = NodeId.None;
        FailWaitingReads();
    }
}
