namespace DEngine.Core;

/// <summary>
/// One node of the cluster: the body of its event loop, the same under sockets and under the simulator. A pass is any number of inputs
/// (<see cref="Deliver"/>, <c>Submit…</c>, <see cref="OnPersisted"/>, <see cref="Tick"/>) and one <see cref="Pump"/>, all on one thread, all with the
/// monotonic instant handed in. Never waits: a disk write is a ticket, an answer is a call of a port.
/// </summary>
public sealed partial class Node
{
    private readonly NodeOptions _options;
    private readonly RaftNode _raft;
    private readonly Applier _applier;
    private readonly NodePorts _ports;
    private readonly FrameBuffer _frame = new();
    private readonly MessageDecoder _decoder = new();
    private readonly SessionClient _ownSession;
    private bool _stopping;
    private TimeSpan _now;

    /// <param name="start">What the node starts from.</param>
    /// <param name="ports">The world outside.</param>
    /// <param name="random">The node's stream; nothing else may draw from it.</param>
    /// <param name="now">The monotonic instant of the start.</param>
    public Node(in NodeStart start, in NodePorts ports, DeterministicRandom random, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(start.Options.DigestInterval, TimeSpan.Zero);
        _options = start.Options;
        _ports = ports;
        _waitingForLeader = new WaitingTable<ReplyTarget>(random.NextUInt64());
        _remoteReads = new WaitingTable<ReadBatch>(random.NextUInt64());
        _localReads = new WaitingTable<ReadBatch>(random.NextUInt64());
        _ownSession = new SessionClient(start.Options.OwnSession, new OwnSessionPort(this), random.NextUInt64());
        _snapshotPolicy = start.Options.Snapshots;
        _applier = new Applier(start.StateMachine, start.Options.Sessions);
        if (start.Restore is { } restore) _applier.Restore(restore, start.Snapshot.Last);
        _raft = new RaftNode(
            start.Id, start.Restore?.Configuration ?? start.Configuration, start.Options.Raft, start.HardState, start.Log, random, now, start.Snapshot,
            start.Options.Snapshots, start.Recovery, start.Directory);
        Gate = new ReadGate(ports.Permit ?? new PlainPermit());
        if (start.Behind is { Count: > 0 } behind && _raft.IsRecovering) _fill = new LogFill(behind);
        _nextFillAt = now;
    }

    public NodeId Id => _raft.Id;

    /// <summary>The protocol's state, to look at; inputs go through the node.</summary>
    public RaftNode Raft => _raft;

    /// <summary>What callers' threads may read without asking the loop.</summary>
    public ReadGate Gate { get; }

    /// <summary>Highest index that has been applied and published; reads see at least this.</summary>
    public long AppliedIndex => _applier.AppliedIndex;

    /// <summary>What has been applied, sessions included, as one number; equal on every node that has applied as far. Walks everything.</summary>
    /// <remarks>For tests and the simulator; <see cref="Digest"/> is what nodes compare.</remarks>
    public ulong ComputeDigest() => _applier.ComputeDigest();

    /// <summary>
    /// Told by whoever drives the disk: there is no room for more. While set, a leader refuses commands (StorageFull) and everything else goes on.
    /// </summary>
    public bool IsStorageFull
    {
        get => _raft.IsStorageFull;
        set => _raft.IsStorageFull = value;
    }

    /// <summary>When <see cref="Tick"/> and <see cref="Pump"/> next have something to do. May be now.</summary>
    public TimeSpan NextDeadline
    {
        get
        {
            // What came up while clients were answered (their next commands) is for the pass that follows at once.
            if (_applier.AppliedIndex < _raft.CommitIndex || !_raft.Effects.IsEmpty) return TimeSpan.Zero;
            TimeSpan next = _raft.NextDeadline;
            next = Earlier(next, _waitingForLeader.NextDeadline);
            next = Earlier(next, _remoteReads.NextDeadline);
            next = Earlier(next, _localReads.NextDeadline);
            if (_raft.IsLeader) next = Earlier(next, _nextDigestAt);
            if (IsFilling) next = Earlier(next, _nextFillAt);
            if (_waitingForApply.TryPeek(out AppliedRead read)) next = Earlier(next, read.Deadline);
            return Earlier(next, _ownSession.NextDeadline);
        }
    }

    /// <summary>A whole frame has come from a peer whose handshake was accepted.</summary>
    /// <param name="from">The peer.</param>
    /// <param name="sender">What the peer said of its directory when it sent this, or when it opened the connection that this came over.</param>
    /// <param name="frame">Checked for length and checksum; valid during the call only.</param>
    /// <param name="now">The instant of arrival.</param>
    public void Deliver(NodeId from, in DirectoryStamp sender, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        _now = now;
        var handler = new PeerHandler(this, from, now);
        DecodeError error = _decoder.DecodePeerMessage(frame, ref handler);
        if (error != DecodeError.None) _ports.Observer.OnUndecodableFrame(from, error);
    }

    /// <summary>Everything up to this ticket is durable.</summary>
    public void OnPersisted(long ticket, TimeSpan now) => _raft.OnPersisted(ticket, _now = now);

    /// <summary>Lets time pass.</summary>
    public void Tick(TimeSpan now)
    {
        _now = now;
        _raft.Tick(now);
        _ownSession.Tick(now);
        ExpireForwarded(now);
        ExpireReads(now);
    }

    /// <summary>Starts handing leadership to <paramref name="target"/>, or to the best voter when none is named. False when that can't be.</summary>
    public bool TransferLeadership(NodeId target, TimeSpan now) => _raft.TransferLeadership(target, now);

    /// <summary>Proposes a change of the members: see <see cref="RaftNode.ChangeMembership"/>.</summary>
    public MembershipStatus ChangeMembership(ReadOnlySpan<MembershipChange> changes, TimeSpan now) => _raft.ChangeMembership(changes, now);

    /// <summary>An operator accepts that acknowledged writes may be lost: see <see cref="RaftNode.AcceptLoss(TimeSpan)"/>.</summary>
    public bool AcceptLoss(TimeSpan now) => _raft.AcceptLoss(now);

    /// <summary>
    /// Refuses new work and answers what waits; the protocol goes on, so that a transfer can finish. Not undone.
    /// </summary>
    public void BeginStopping(TimeSpan now)
    {
        _now = now;
        _stopping = true;
        _ownSession.Stop(now);
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan? right) => right is { } other && other < left ? other : left;
}

/// <summary>What a node starts from.</summary>
/// <param name="Id">Who it is.</param>
/// <param name="Configuration">Who the members are, as a new directory is told; what log and snapshot say goes before it.</param>
/// <param name="Options">Limits and times.</param>
/// <param name="HardState">As recovered from storage.</param>
/// <param name="Log">As recovered from storage; owned by the node from here on.</param>
/// <param name="StateMachine">Empty; the node restores the snapshot into it and applies the log.</param>
/// <param name="Snapshot">The newest durable one; none: there is none.</param>
/// <param name="Restore">What that snapshot holds; null without one.</param>
/// <param name="Recovery">Why what was recovered may lack what this node has acknowledged.</param>
/// <param name="Behind">What the log ended with, behind a gap that peers may fill; null: there is no such gap.</param>
/// <param name="Directory">
/// The directory that all this was recovered from, in which life; and the history that it is said to belong to where its log does not say so yet.
/// </param>
public readonly record struct NodeStart(
    NodeId Id, Configuration Configuration, NodeOptions Options, HardState HardState, RaftLog Log, IStateMachine StateMachine,
    SnapshotId Snapshot = default, SnapshotRestore? Restore = null, RecoveryReason Recovery = RecoveryReason.None,
    IReadOnlyList<Entry>? Behind = null, DirectoryStamp Directory = default);

/// <summary>The world outside a node.</summary>
/// <param name="Network">How frames leave.</param>
/// <param name="Persistence">Where what must become durable is submitted.</param>
/// <param name="Snapshots">Where work on snapshots is submitted.</param>
/// <param name="Replies">Where answers are left.</param>
/// <param name="Observer">Told what people want to know.</param>
/// <param name="Permit">Where the gate of reads publishes; null: there is one thread only.</param>
public readonly record struct NodePorts(
    INetwork Network, IPersistence Persistence, ISnapshotPort Snapshots, IReplySink Replies, INodeObserver Observer, IPublishedPermit? Permit = null);
