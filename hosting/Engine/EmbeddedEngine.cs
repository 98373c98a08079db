using DEngine.Configuration;
using DEngine.Core;
using DEngine.Transport;
using Microsoft.Extensions.Logging;

namespace DEngine;

/// <summary>
/// One node of a cluster inside the application's process: consensus, storage and network on threads of their own. Any thread may call it. Start it
/// once, use <see cref="Client"/>, stop it with <see cref="StopAsync"/> or by disposing of it.
/// </summary>
public sealed partial class EmbeddedEngine : IAsyncDisposable
{
    private readonly DEngineOptions _options;
    private readonly EngineServices _services;
    private readonly ILogger _log;
    private readonly MonotonicClock _clock = new();
    private readonly LeaderBoard _leaders;
    private readonly EngineClient _client;
    private readonly NodeLoop _loop;
    private readonly PeerNetwork _network;
    private readonly TcpPort _port;
    private readonly EngineStorage _storage;
    private readonly Lock _stopGate = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _dispatching = Task.CompletedTask;
    private bool _isSnapshotRefused;
    private Task? _stopping;

    /// <summary>
    /// Another node leads, or none is known any more. Raised on a thread of the pool, one change at a time; an exception of a handler is logged and goes no
    /// further.
    /// </summary>
    public event Action<LeaderChange>? LeaderChanged;

    /// <summary>This node's number.</summary>
    public uint NodeId => _options.Cluster.NodeId;

    /// <summary>What the node was started with. Read only.</summary>
    public DEngineOptions Options => _options;

    /// <summary>The replicated store, through this node.</summary>
    public IKeyValueClient Client => _client;

    /// <summary>The leader as this node knows it, or null.</summary>
    public LeaderInfo? Leader => _leaders.Current.Leader;

    /// <summary>Whether this node leads, as far as it knows.</summary>
    public bool IsLeader => Leader?.NodeId == NodeId;

    /// <summary>Numbers about this node.</summary>
    public EngineMetrics Metrics { get; }

    /// <summary>Completes when the node has stopped, by itself for a fatal reason included.</summary>
    public Task Completion => _stopped.Task;

    /// <summary>
    /// Waits until the node is of use: a leader is known, and this node has applied what was committed when it asked.
    /// </summary>
    /// <returns>The leader.</returns>
    /// <exception cref="NotReadyException">The node is stopping.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before.</exception>
    public async Task<LeaderInfo> WaitReadyAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            try
            {
                // A linearizable read is that very question.
                await _client.ConfirmAsync(ReadConsistency.Linearizable, cancellation).ConfigureAwait(false);
                if (Leader is { } leader) return leader;
            }
            catch (DEngineException error) when (error is NoLeaderException or OverloadedException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// The leader now, then every change of it. A watcher that does not keep up misses older changes, never the newest. Ends when the node stops.
    /// </summary>
    public IAsyncEnumerable<LeaderChange> WatchLeaderAsync(CancellationToken cancellation = default) => _leaders.WatchAsync(cancellation);

    /// <summary>The node and its cluster as it sees them now.</summary>
    /// <exception cref="NotReadyException">The node has stopped.</exception>
    public async Task<EngineStatus> GetStatusAsync(CancellationToken cancellation = default)
    {
        try
        {
            return await _loop.CallAsync(CreateStatus).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw new NotReadyException("This node has stopped.");
        }
    }

    /// <summary>Hands leadership from this node to another, and waits until that has happened.</summary>
    /// <param name="target">A voter; null for the one that is furthest along among those that can be reached.</param>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <exception cref="InvalidRequestException">This node does not lead, a transfer is under way, or there is no such voter.</exception>
    /// <exception cref="NotReadyException">The node has stopped.</exception>
    /// <exception cref="UnknownOutcomeException">The target did not take over in time; this node leads on unless it was replaced meanwhile.</exception>
    public async Task TransferLeadershipAsync(uint? target = null, CancellationToken cancellation = default)
    {
        bool begun;
        try
        {
            begun = await _loop.TransferLeadershipAsync(new NodeId(target ?? 0)).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw new NotReadyException("This node has stopped.");
        }

        if (!begun)
        {
            throw new InvalidRequestException(target is null
                ? $"Node {NodeId} cannot hand leadership over: it does not lead, a transfer is under way, or there is no other voter."
                : $"Node {NodeId} cannot hand leadership to node {target}: it does not lead, a transfer is under way, or {target} is no other voter.");
        }

        TimeSpan deadline = _clock.Now + (2 * TimeSpan.FromMilliseconds(_options.Election.ElectionTimeoutMaxMs));
        while (Leader is not { } leader || leader.NodeId == NodeId)
        {
            if (_clock.Now >= deadline) throw new UnknownOutcomeException("No other node took over in time.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// An operator's order for when a majority of the voters lacks what it acknowledged and not all of them can be brought back: this node goes on with what
    /// there is, and acknowledged writes may be lost. Give it to a majority of the voters, the one with the longest log among them.
    /// </summary>
    /// <returns>False when this node is not recovering: nothing has happened.</returns>
    /// <exception cref="NotReadyException">The node has stopped.</exception>
    public async Task<bool> AcceptLossAsync(CancellationToken cancellation = default)
    {
        try
        {
            return await _loop.CallAsync(static (node, now) => node.AcceptLoss(now)).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw new NotReadyException("This node has stopped.");
        }
    }

    /// <summary>
    /// Stops the node in good order: takes no more connections, answers what waits, hands leadership over, waits for the disk, closes everything. Safe to call
    /// again; later calls wait for the first.
    /// </summary>
    /// <param name="cancellation">Stops the waiting, not the stop.</param>
    public Task StopAsync(CancellationToken cancellation = default)
    {
        lock (_stopGate) _stopping ??= Task.Run(StopOnceAsync, CancellationToken.None);
        return _stopping.WaitAsync(cancellation);
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private async Task StopOnceAsync()
    {
        EngineLog.Stopping(_log, NodeId);
        await StopWatchingDirectoryAsync().ConfigureAwait(false);
        await _port.StopAcceptingAsync().ConfigureAwait(false);
        await _loop.StopAsync().ConfigureAwait(false);
        await _port.DisposeAsync().ConfigureAwait(false);
        await _network.DisposeAsync().ConfigureAwait(false);
        _storage.Dispose();
        _leaders.Close();
        await _dispatching.ConfigureAwait(false);
        EngineLog.Stopped(_log, NodeId, Metrics.LastIndex, Metrics.DurableIndex);
        Metrics.Dispose();
        _stopped.TrySetResult();
    }

    private async Task DispatchLeaderChangesAsync()
    {
        await foreach (LeaderChange change in _leaders.WatchAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                LeaderChanged?.Invoke(change);
            }
#pragma warning disable CA1031 // Whatever an application's handler throws is its own affair and must not end the node.
            catch (Exception error)
#pragma warning restore CA1031
            {
                EngineLog.HandlerFailed(_log, error, NodeId);
            }
        }
    }

    private EngineStatus CreateStatus(Node node, TimeSpan now)
    {
        RaftNode raft = node.Raft;
        return new EngineStatus
        {
            NodeId = NodeId,
            Role = raft.Role switch
            {
                Role.Leader => "leader",
                Role.Candidate or Role.PreCandidate => "candidate",
                Role.Follower => "follower",
                _ => throw new InvariantViolationException($"unknown role {raft.Role}"),
            },
            Term = raft.Term,
            LeaderId = raft.Leader.IsNone ? null : raft.Leader.Value,
            CommitIndex = raft.CommitIndex,
            AppliedIndex = node.AppliedIndex,
            LastIndex = raft.Log.LastIndex,
            DurableIndex = raft.DurableIndex,
            FirstIndex = raft.Log.FirstIndex,
            SnapshotIndex = raft.Snapshot.Last.Index,
            Digest = node.Digest,
            ConfirmedDigestIndex = node.ConfirmedDigestIndex,
            DoubtIndex = node.DoubtIndex,
            Recovering = raft.Recovery switch
            {
                RecoveryReason.None => null,
                RecoveryReason.UnsyncedLost => "unsynced_lost",
                RecoveryReason.Damaged => "damaged",
                _ => throw new InvariantViolationException($"unknown reason {raft.Recovery}"),
            },
            PendingWrites = node.PendingWrites,
            PendingReads = node.PendingReads,
            Members = [.. _options.Cluster.InitialCluster.OrderBy(member => member.Id).Select(member => CreateMember(member, node, now))],
        };
    }

    private EngineMember CreateMember(ClusterMember member, Node node, TimeSpan now)
    {
        RaftNode raft = node.Raft;
        var id = new NodeId(member.Id);
        bool isSelf = id == raft.Id;
        PeerProgress? progress = null;
        if (raft.IsLeader)
        {
            foreach (PeerProgress peer in raft.Peers)
            {
                if (peer.Id == id) progress = peer;
            }
        }

        bool isHeard = isSelf
            || (progress is not null
                ? now - progress.LastContact < TimeSpan.FromMilliseconds(_options.Election.ElectionTimeoutMaxMs)
                : _network.IsConnected(id));
        bool hasDigest = node.TryGetReportedDigest(id, out long digestIndex, out ulong digest) || isSelf;
        if (isSelf) (digestIndex, digest) = (node.AppliedIndex, node.Digest);
        long? match = isSelf ? raft.DurableIndex : progress?.Match;
        return new EngineMember
        {
            Id = member.Id,
            Address = member.Address,
            Role = id == raft.Leader ? "leader" : !isHeard ? "unknown" : member.Role == MemberRole.Learner ? "learner" : "follower",
            Status = member.Role == MemberRole.Voter ? "active" : member.Status switch
            {
                MemberStatus.ReadOnly => "read_only",
                MemberStatus.Promotable => "promotable",
                MemberStatus.Active => "active",
                _ => throw new InvariantViolationException($"unknown status {member.Status}"),
            },
            MatchIndex = match,
            Lag = raft.IsLeader && match is { } known ? raft.Log.LastIndex - known : null,
            Digest = hasDigest ? digest : null,
            DigestIndex = hasDigest ? digestIndex : null,
        };
    }
}
