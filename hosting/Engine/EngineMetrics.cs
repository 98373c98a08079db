using System.Diagnostics.Metrics;
using DEngine.Core;
using DEngine.Transport;

namespace DEngine;

/// <summary>
/// Numbers about a running node, each as of the moment it is read; also published by the meter <see cref="MeterName"/>, tagged with the node. Any thread.
/// </summary>
public sealed class EngineMetrics : IDisposable
{
    /// <summary>Of the System.Diagnostics.Metrics meter.</summary>
    public const string MeterName = "DEngine";

    /// <summary>What a double holds exactly.</summary>
    private const ulong DigestShownMask = (1UL << 48) - 1;

    private readonly Meter _meter;
    private readonly Histogram<double> _syncDurations;
    private readonly long[] _reads = new long[3];
    private long _stateDifferences;
    private NodeLoop? _loop;
    private Func<long>? _droppedFrames;
    private Func<int>? _connections;
    private int _recovery;
    private long _lossesAccepted;
    private long _repairs;
    private long _scrubbedBytes;
    private long _scrubPasses;
    private long _scrubRepairs;
    private long _scrubDamage;
    private bool _wasDamaged;
    private bool _isStorageFull;

    internal EngineMetrics(uint node)
    {
        NodeId = node;
        _meter = new Meter(MeterName, null, [new KeyValuePair<string, object?>("node_id", node)]);
        _ = _meter.CreateObservableGauge("dengine_term", () => Term, null, "Current term");
        _ = _meter.CreateObservableGauge("dengine_is_leader", () => IsLeader ? 1 : 0, null, "1 while this node leads");
        _ = _meter.CreateObservableGauge("dengine_commit_index", () => CommitIndex, null, "Highest committed index");
        _ = _meter.CreateObservableGauge("dengine_applied_index", () => AppliedIndex, null, "Highest applied index");
        _ = _meter.CreateObservableGauge("dengine_last_index", () => LastIndex, null, "Last index of the log");
        _ = _meter.CreateObservableGauge("dengine_durable_index", () => DurableIndex, null, "Highest index on this node's disk");
        _ = _meter.CreateObservableGauge("dengine_first_index", () => FirstIndex, null, "First index that the log still has");
        _ = _meter.CreateObservableGauge("dengine_snapshot_index", () => SnapshotIndex, null, "Last index in the newest snapshot");
        _ = _meter.CreateObservableGauge("dengine_snapshot_bytes", () => SnapshotBytes, "By", "Size of the newest snapshot");
        _ = _meter.CreateObservableGauge("dengine_state_digest", () => (long)(Digest & DigestShownMask), null, "Low 48 bits of the digest of what is applied");
        _ = _meter.CreateObservableGauge("dengine_state_confirmed_index", () => ConfirmedDigestIndex, null, "Highest entry up to which a majority has applied the same");
        _ = _meter.CreateObservableGauge("dengine_state_doubt_index", () => DoubtIndex, null, "Entry at which this node and another differ, undecided; 0: none");
        _ = _meter.CreateObservableCounter("dengine_state_differences_total", () => StateDifferences, null, "How often this node and another were found to differ");
        _ = _meter.CreateObservableGauge("dengine_pending_writes", () => PendingWrites, null, "Writes that wait");
        _ = _meter.CreateObservableGauge("dengine_pending_reads", () => PendingReads, null, "Reads that wait");
        _ = _meter.CreateObservableGauge("dengine_connections", () => Connections, null, "Accepted connections of peers and native clients");
        _ = _meter.CreateObservableCounter("dengine_proposals_total", () => Proposals, null, "Writes taken on from clients");
        _ = _meter.CreateObservableCounter("dengine_reads_total", ObserveReads, null, "Reads taken on from the application");
        _ = _meter.CreateObservableCounter("dengine_peer_dropped_frames_total", () => DroppedFrames, null, "Frames dropped because a peer was too slow");
        _ = _meter.CreateObservableCounter("dengine_disk_syncs_total", () => DiskSyncs, null, "Syncs of the log");
        _ = _meter.CreateObservableGauge("dengine_buffered_entries", () => BufferedEntries, null, "Entries acknowledged by this node and not synced yet (MemFirst)");
        _ = _meter.CreateObservableGauge("dengine_storage_full", () => IsStorageFull ? 1 : 0, null, "1 while there is no room for the log, and writes are refused if this node leads");
        _ = _meter.CreateObservableGauge("dengine_is_recovering", () => IsRecovering ? 1 : 0, null, "1 while this node lacks what it acknowledged, and does not count");
        _ = _meter.CreateObservableCounter("dengine_losses_accepted_total", () => LossesAccepted, null, "Times this node went on although acknowledged writes may be lost");
        _ = _meter.CreateObservableCounter("dengine_log_repairs_total", () => LogRepairs, null, "Places of log and snapshots found damaged at the start and put right by their checksums");
        _ = _meter.CreateObservableGauge("dengine_was_damaged", () => WasDamaged ? 1 : 0, null, "1 when part of log or snapshot could not be read at the start");
        _ = _meter.CreateObservableCounter("dengine_scrub_bytes_total", () => ScrubbedBytes, "By", "Bytes of log and snapshots read again in the background and compared with their checksums");
        _ = _meter.CreateObservableCounter("dengine_scrub_passes_total", () => ScrubPasses, null, "Passes over the whole log, and over all snapshots, that the scrub has finished");
        _ = _meter.CreateObservableCounter("dengine_scrub_repairs_total", () => ScrubRepairs, null, "Places found damaged while running and put right");
        _ = _meter.CreateObservableCounter("dengine_scrub_damage_total", () => ScrubDamage, null, "Segments and snapshots found damaged while running, beyond what a checksum can name");
        _syncDurations = _meter.CreateHistogram<double>("dengine_disk_sync_seconds", "s", "Duration of a group commit: write and sync");
    }

    /// <summary>The node.</summary>
    public uint NodeId { get; }

    /// <summary>Current term.</summary>
    public long Term => _loop?.Counters.Term ?? 0;

    /// <summary>Whether this node leads.</summary>
    public bool IsLeader => _loop?.Counters.Role == Role.Leader;

    /// <summary>Highest committed index.</summary>
    public long CommitIndex => _loop?.Counters.CommitIndex ?? 0;

    /// <summary>Highest applied index.</summary>
    public long AppliedIndex => _loop?.Counters.AppliedIndex ?? 0;

    /// <summary>Last index of the log.</summary>
    public long LastIndex => _loop?.Counters.LastIndex ?? 0;

    /// <summary>Highest index on this node's own disk.</summary>
    public long DurableIndex => _loop?.Counters.DurableIndex ?? 0;

    /// <summary>First index that the log still has; what comes before it is in a snapshot.</summary>
    public long FirstIndex => _loop?.Counters.FirstIndex ?? 0;

    /// <summary>Last index in the newest snapshot; 0 without one.</summary>
    public long SnapshotIndex => _loop?.Counters.SnapshotIndex ?? 0;

    /// <summary>Size of the newest snapshot in bytes; 0 without one.</summary>
    public long SnapshotBytes => _loop?.Counters.SnapshotBytes ?? 0;

    /// <summary>Digest of everything applied; equal on every node that has applied as far.</summary>
    public ulong Digest => _loop?.Counters.Digest ?? 0;

    /// <summary>The highest entry up to which a majority of the voters is known to have applied the same; 0 as long as none is.</summary>
    public long ConfirmedDigestIndex => _loop?.Counters.ConfirmedDigestIndex ?? 0;

    /// <summary>The entry at which this node and another differ while no majority has decided who is right; 0: there is none.</summary>
    public long DoubtIndex => _loop?.Counters.DoubtIndex ?? 0;

    /// <summary>How often this node and another were found to differ, since the start.</summary>
    public long StateDifferences => Interlocked.Read(ref _stateDifferences);

    /// <summary>Writes that wait on this node.</summary>
    public long PendingWrites => _loop?.Counters.PendingWrites ?? 0;

    /// <summary>Reads that wait on this node.</summary>
    public long PendingReads => _loop?.Counters.PendingReads ?? 0;

    /// <summary>Writes taken on from clients since the start.</summary>
    public long Proposals => _loop?.Counters.Proposals ?? 0;

    /// <summary>Accepted connections of peers and native clients.</summary>
    public int Connections => _connections?.Invoke() ?? 0;

    /// <summary>Frames to peers that were dropped because too many were waiting, since the start.</summary>
    public long DroppedFrames => _droppedFrames?.Invoke() ?? 0;

    /// <summary>Syncs of the log since the start.</summary>
    public long DiskSyncs => _loop?.DiskSyncs ?? 0;

    /// <summary>Entries acknowledged by this node and not synced yet; 0 unless persistence is MemFirst.</summary>
    public int BufferedEntries => _loop?.BufferedEntries ?? 0;

    /// <summary>Whether this node has no room for its log: while it leads, writes are refused.</summary>
    public bool IsStorageFull => Volatile.Read(ref _isStorageFull);

    /// <summary>Whether this node lacks what it has acknowledged, and does not vote, lead or count.</summary>
    public bool IsRecovering => Volatile.Read(ref _recovery) != 0;

    /// <summary>Places of log and snapshots that were found damaged at the start, and put right by their checksums.</summary>
    public long LogRepairs => Interlocked.Read(ref _repairs);

    /// <summary>Whether part of the log or of a snapshot could not be read at the start.</summary>
    public bool WasDamaged => Volatile.Read(ref _wasDamaged);

    /// <summary>How often since its start this node has gone on although acknowledged writes may be lost: by report of every voter, or by order.</summary>
    public long LossesAccepted => Interlocked.Read(ref _lossesAccepted);

    /// <summary>Upper bounds in seconds of the buckets of <see cref="DiskSyncCountOf"/>, ascending; one more bucket has no bound.</summary>
    public static ReadOnlySpan<double> DiskSyncBoundsSeconds => LatencyBuckets.BoundsSeconds;

    /// <summary>Sum of the durations of all group commits, in seconds.</summary>
    public double DiskSyncSumSeconds => _loop?.DiskSyncDurations.SumSeconds ?? 0;

    /// <summary>How many group commits fell into a bucket, and into no earlier one.</summary>
    public long DiskSyncCountOf(int bucket) => _loop?.DiskSyncDurations.CountOf(bucket) ?? 0;

    /// <summary>Reads taken on from the application since the start.</summary>
    public long ReadsOf(ReadConsistency consistency) => Interlocked.Read(ref _reads[(int)consistency]);

    /// <summary>Bytes of log and snapshots that were read again in the background and compared with their checksums, since the start.</summary>
    public long ScrubbedBytes => Interlocked.Read(ref _scrubbedBytes);

    /// <summary>Passes over the whole log, and over all snapshots, that were finished since the start.</summary>
    public long ScrubPasses => Interlocked.Read(ref _scrubPasses);

    /// <summary>How often something was found damaged while running and put right, since the start.</summary>
    public long ScrubRepairs => Interlocked.Read(ref _scrubRepairs);

    /// <summary>Segments and snapshots that were found damaged while running, beyond what a checksum can name, since the start.</summary>
    public long ScrubDamage => Interlocked.Read(ref _scrubDamage);

    /// <summary>Takes the instruments out of the meter.</summary>
    public void Dispose() => _meter.Dispose();

    internal void Attach(NodeLoop loop, Func<long> droppedFrames, Func<int> connections)
    {
        _droppedFrames = droppedFrames;
        _connections = connections;
        Volatile.Write(ref _loop, loop);
    }

    internal void CountStateDifference() => Interlocked.Increment(ref _stateDifferences);

    internal void CountRead(ReadConsistency consistency) => Interlocked.Increment(ref _reads[(int)consistency]);

    internal void OnOpened(in LogRecovery found)
    {
        Volatile.Write(ref _wasDamaged, found.Damage.Length > 0);
        Interlocked.Exchange(ref _repairs, found.Repairs);
    }

    internal void OnStorageFull(bool isFull) => Volatile.Write(ref _isStorageFull, isFull);

    internal void OnRecovery(RecoveryEvent happened)
    {
        Volatile.Write(ref _recovery, happened.Stage is RecoveryStage.Ended or RecoveryStage.Filled ? 0 : 1);
        if (happened.Stage is RecoveryStage.LossAccepted or RecoveryStage.LossOrdered) Interlocked.Increment(ref _lossesAccepted);
    }

    internal void OnScrubbed(in ScrubStep step)
    {
        Interlocked.Add(ref _scrubbedBytes, step.Bytes);
        if (step.EndsPass) Interlocked.Increment(ref _scrubPasses);
        if (step.Repaired.Length > 0) Interlocked.Increment(ref _scrubRepairs);
        if (step.Damage.Length > 0) Interlocked.Increment(ref _scrubDamage);
    }

    internal void CountSnapshotDamage() => Interlocked.Increment(ref _scrubDamage);

    internal void RecordSync(TimeSpan duration) => _syncDurations.Record(duration.TotalSeconds);

    private IEnumerable<Measurement<long>> ObserveReads()
    {
        yield return new Measurement<long>(ReadsOf(ReadConsistency.Linearizable), new KeyValuePair<string, object?>("consistency", "linearizable"));
        yield return new Measurement<long>(ReadsOf(ReadConsistency.Lease), new KeyValuePair<string, object?>("consistency", "lease"));
        yield return new Measurement<long>(ReadsOf(ReadConsistency.Eventual), new KeyValuePair<string, object?>("consistency", "eventual"));
    }
}
