using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Coverage;

/// <summary>Says what a node is at. Looks at every node after every event, because some of it takes knowing the past.</summary>
internal sealed class PhaseReader(RunPlan plan)
{
    private readonly TimeSpan?[] _startedAt = new TimeSpan?[plan.NodeCount];
    private SafetyChecker? _committed;
    private long _latestTerm;

    /// <summary>Knows what is committed, as nobody in the cluster can.</summary>
    private SafetyChecker Committed => _committed ?? throw new InvalidOperationException("the world has not begun");

    public void Begin(SimulatedWorld world) => _committed = world.Checker;

    /// <summary>A node has taken in an event.</summary>
    public void Look(TimeSpan now, SimulatedNode node, EventKind happened)
    {
        if (node.Node is not { Raft: var raft }) return;

        // A node that never took part in a term has nothing to wait out.
        if (happened == EventKind.Restart) _startedAt[node.Position] = raft.Term > 0 ? node.Clock.ToLocal(now) : null;
        if (raft.IsLeader) _latestTerm = Math.Max(_latestTerm, raft.Term);
    }

    /// <summary>What the node is at; at least one thing.</summary>
    public NodePhases Of(TimeSpan now, SimulatedNode node)
    {
        if (node.Node is not { } running) return NodePhases.Down;
        return running.Raft.Role switch
        {
            Role.Follower => OfFollower(now, node, running) | OfNotLeading(node, running),
            Role.PreCandidate => NodePhases.PreCandidate | OfNotLeading(node, running),
            Role.Candidate => (IsUnsynced(running.Raft) ? NodePhases.OwnVote : NodePhases.Candidate) | OfNotLeading(node, running),
            Role.Leader => OfLeader(now, node, running),
            _ => throw new InvalidOperationException($"unknown role {running.Raft.Role}"),
        };
    }

    /// <summary>The log has an entry at an index where another one is committed: everything from there on will be cut.</summary>
    public bool IsForked(RaftNode raft)
    {
        long index = Math.Min(raft.Log.LastIndex, Committed.CommittedCount);
        return index > raft.Log.Base.Index && raft.Log[index].Position != Committed.CommittedAt(index);
    }

    /// <summary>Something that the node has decided is not on its disk yet, handed over or not.</summary>
    public static bool IsUnsynced(RaftNode raft) => raft.LastTicket != raft.DurableTicket || !raft.Effects.Persist.IsEmpty;

    /// <summary>It answers reads by its lease.</summary>
    public static bool IsLeased(TimeSpan now, SimulatedNode node, RaftNode raft) =>
        raft is { HasCommittedInTerm: true, TransferTarget.IsNone: true, LeaseUntil: { } until } && node.Clock.ToLocal(now) < until;

    private NodePhases OfFollower(TimeSpan now, SimulatedNode node, Node running)
    {
        RaftNode raft = running.Raft;
        bool isUnsynced = IsUnsynced(raft);
        bool isBehind = raft.Log.LastIndex < Committed.CommittedCount;
        NodePhases phases = isBehind ? NodePhases.Behind : NodePhases.None;
        if (raft.Leader.IsNone)
        {
            if (isUnsynced && !raft.HardState.VotedFor.IsNone) phases |= NodePhases.Voting;
            return phases | (IsWaitingOut(now, node) ? NodePhases.WaitingOut : NodePhases.Leaderless);
        }

        if (isUnsynced) phases |= NodePhases.Writing;
        else if (!isBehind && !IsForked(raft) && OfSnapshots(node) == NodePhases.None) phases |= NodePhases.Idle;
        return phases;
    }

    private NodePhases OfNotLeading(SimulatedNode node, Node running) =>
        (IsForked(running.Raft) ? NodePhases.Forked : NodePhases.None) | (running.IsStorageFull ? NodePhases.DiskFull : NodePhases.None) | OfSnapshots(node);

    private static NodePhases OfSnapshots(SimulatedNode node)
    {
        NodePhases phases = NodePhases.None;
        if (node.SnapshotWorker.IsSaving) phases |= NodePhases.Saving;
        if (node.IsReceiving) phases |= NodePhases.Receiving;
        if (node.SnapshotWorker.IsReceivedWhole) phases |= NodePhases.Installing;
        if (node.IsDropping) phases |= NodePhases.Dropping;
        return phases;
    }

    private NodePhases OfLeader(TimeSpan now, SimulatedNode node, Node running)
    {
        RaftNode raft = running.Raft;
        bool isUnsynced = IsUnsynced(raft);
        bool isReplicating = raft.HasCommittedInTerm && !EverybodyHas(raft, raft.Log.LastIndex);
        NodePhases phases = NodePhases.None;
        if (!raft.HasCommittedInTerm) phases |= NodePhases.NewLeader;
        if (isReplicating) phases |= NodePhases.Replicating;
        if (isUnsynced) phases |= NodePhases.LeaderWriting;
        if (raft.CommitIndex > raft.DurableIndex) phases |= NodePhases.Ahead;
        if (running.PendingReads > 0) phases |= NodePhases.Reading;
        if (IsLeased(now, node, raft)) phases |= NodePhases.Leased;
        if (!raft.TransferTarget.IsNone) phases |= NodePhases.Transferring;
        if (raft.Term < _latestTerm) phases |= NodePhases.Deposed;
        if (IsForked(raft)) phases |= NodePhases.Doomed;
        if (running.IsStorageFull) phases |= NodePhases.LeaderDiskFull;
        if (node.SnapshotWorker.IsSaving) phases |= NodePhases.LeaderSaving;
        if (IsSending(raft)) phases |= NodePhases.Sending;
        if (node.IsDropping) phases |= NodePhases.LeaderDropping;
        const NodePhases OfSnapshots = NodePhases.LeaderSaving | NodePhases.Sending | NodePhases.LeaderDropping;
        bool isBusy = !raft.HasCommittedInTerm || isReplicating || isUnsynced || running.PendingReads > 0 || !raft.TransferTarget.IsNone
            || (phases & OfSnapshots) != NodePhases.None;
        return isBusy ? phases : phases | NodePhases.AtRest;
    }

    /// <summary>A snapshot is on its way to somebody.</summary>
    public static bool IsSending(RaftNode raft)
    {
        foreach (PeerProgress peer in raft.Peers)
        {
            if (peer.Transfer is not null) return raft.IsLeader;
        }

        return false;
    }

    private bool IsWaitingOut(TimeSpan now, SimulatedNode node) =>
        _startedAt[node.Position] is { } start && node.Clock.ToLocal(now) - start < plan.Node.Raft.ElectionTimeoutMin;

    private static bool EverybodyHas(RaftNode raft, long index)
    {
        foreach (PeerProgress peer in raft.Peers)
        {
            if (peer.Match < index) return false;
        }

        return raft.CommitIndex >= index;
    }
}
