using DEngine.Configuration;
using DEngine.Core;
using DEngine.Storage;
using DEngine.Transport;

namespace DEngine;

/// <summary>What the configuration means to the parts of an engine.</summary>
internal static class EngineSettings
{
    /// <summary>The cluster's name where none is configured.</summary>
    public const string DefaultClusterId = "dengine";

    private const int SnapshotChunksUnderWay = 4;
    private const long BytesPerMegabit = 1_000_000 / 8;
    private const long BytesPerMegabyte = 1_000_000;
    private const int ScrubPieceBytes = 256 << 10;

    public static NodeOptions ToNode(DEngineOptions options) => new()
    {
        Raft = new RaftOptions
        {
            ElectionTimeoutMin = TimeSpan.FromMilliseconds(options.Election.ElectionTimeoutMinMs),
            ElectionTimeoutMax = TimeSpan.FromMilliseconds(options.Election.ElectionTimeoutMaxMs),
            HeartbeatInterval = TimeSpan.FromMilliseconds(options.Replication.HeartbeatIntervalMs),
            LeaseDuration = TimeSpan.FromMilliseconds(options.ReadConsistency.LeaseDurationMs),
            AppendEntriesMax = options.Replication.AppendEntriesMaxEntries,
        },
        Snapshots = new SnapshotPolicy
        {
            IsEnabled = options.Snapshot.Enable,
            EntriesMax = options.Snapshot.MaxLogEntriesBeforeSnapshot,
            LogBytesMax = options.Snapshot.MaxLogBytesBeforeSnapshot,
            RetainedEntries = options.Snapshot.RetainedLogEntries,
            ChunkBytes = options.Snapshot.ChunkSizeBytes,
            WindowBytes = SnapshotChunksUnderWay * (long)options.Snapshot.ChunkSizeBytes,
            BytesPerSecondMax = options.Snapshot.MaxBandwidthMbps * BytesPerMegabit,
            Patience = TimeSpan.FromMilliseconds(options.Election.ElectionTimeoutMinMs),
        },
        OwnSession = new SessionClientOptions { OperationsMax = options.Backpressure.MaxPendingWrites },
        PendingWritesMax = options.Backpressure.MaxPendingWrites,
        PendingReadsMax = options.Backpressure.MaxPendingReads,
    };

    public static NodeLoopOptions ToLoop(DEngineOptions options) => new()
    {
        PassItemsMax = options.Batching.MaxBatchSize,
        SnapshotsRetained = options.Snapshot.CleanupRetainCount,
        Flush = ToFlush(options.Persistence),
        Scrub = ToScrub(options.Storage),
        InboxItemsMax = Math.Max(1024, (int)Math.Min(4_000_000L, (long)options.Backpressure.MaxPendingWrites + options.Backpressure.MaxPendingReads)),
    };

    public static WriteAheadLogOptions ToLog(DEngineOptions options, long machineRun) => new()
    {
        AcknowledgesUnsynced = options.Persistence.Strategy == PersistenceStrategy.MemFirst,
        BootId = machineRun,
    };

    public static TransportOptions ToTransport(DEngineOptions options)
    {
        // The largest command is a compare-and-swap: a key and two values. Peers' frames carry many entries, or one of any allowed size.
        int largest = options.Limits.MaxKeyBytes + (2 * options.Limits.MaxValueBytes) + (2 * FrameFormat.MessageOverheadBytesMax);
        return new TransportOptions { ClientFrameBytesMax = Math.Max(FrameFormat.ClientFrameBytesMax, largest) };
    }

    public static HandshakeIdentity ToIdentity(DEngineOptions options, TransportOptions transport) => new()
    {
        ClusterId = options.Cluster.ClusterId ?? DefaultClusterId,
        Node = new NodeId(options.Cluster.NodeId),
        Peers = [.. options.Cluster.InitialCluster.Where(member => member.Id != options.Cluster.NodeId).Select(member => new NodeId(member.Id))],
        ClientFrameBytesMax = transport.ClientFrameBytesMax,
        PeerFrameBytesMax = transport.PeerFrameBytesMax,
    };

    public static IEnumerable<PeerAddress> ToPeers(DEngineOptions options)
    {
        foreach (ClusterMember member in options.Cluster.InitialCluster)
        {
            if (member.Id == options.Cluster.NodeId || !NodeAddress.TryParse(member.Address, out NodeAddress address)) continue;
            yield return new PeerAddress(new NodeId(member.Id), address.Host, address.Port);
        }
    }

    /// <summary>What a new directory is told; what the log says goes before it.</summary>
    public static Core.Configuration ToInitialMembers(DEngineOptions options) => new(
        options.Cluster.InitialCluster.Select(member => new Member(
            new NodeId(member.Id), member.Role == MemberRole.Voter ? MembershipRole.Voter : MembershipRole.Learner)),
        isInitial: true);

    private static ScrubLimits? ToScrub(StorageOptions storage) => storage.ScrubMbPerSecond == 0
        ? null
        : new ScrubLimits(storage.ScrubMbPerSecond * BytesPerMegabyte, TimeSpan.FromSeconds(storage.ScrubIntervalSecs), ScrubPieceBytes);

    /// <summary>A sync "at once" still follows the acknowledgement: that is what MemFirst is for.</summary>
    private static FlushLimits? ToFlush(PersistenceOptions persistence)
    {
        if (persistence.Strategy == PersistenceStrategy.DiskFirst) return null;
        int threshold = persistence.FlushPolicy.Batch?.Threshold ?? 1;
        var interval = TimeSpan.FromMilliseconds(persistence.FlushPolicy.Batch?.IntervalMs ?? 1);
        return new FlushLimits(threshold, interval, Math.Max(threshold, persistence.MaxBufferedEntries));
    }

    public static ReadConsistency ToConsistency(ReadPolicy policy) => policy switch
    {
        ReadPolicy.LinearizableRead => ReadConsistency.Linearizable,
        ReadPolicy.LeaseRead => ReadConsistency.Lease,
        ReadPolicy.EventualConsistency => ReadConsistency.Eventual,
        _ => throw new InvariantViolationException($"unknown read policy {policy}"),
    };
}
