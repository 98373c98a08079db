namespace DEngine.Bench;

/// <summary>Everything that has a budget.</summary>
internal static class WorkloadCatalog
{
    /// <summary>In the order in which a write meets them.</summary>
    public static IReadOnlyList<BudgetedWorkload> All { get; } =
    [
        new("step/leader-commit", 10_000, static () => new LeaderCommit()),
        new("step/leader-read", 10_000, static () => new LeaderRead()),
        new("step/follower-append-1", 10_000, static () => new FollowerAppend(entries: 1)),
        new("step/follower-append-16", 1_500, static () => new FollowerAppend(Sizes.AppendEntries)),
        new("codec/encode-heartbeat", 10_000, static () => new CodecWorkload(new Codec(), static codec => codec.EncodeHeartbeat())),
        new("codec/decode-heartbeat", 10_000, static () => new CodecWorkload(new Codec(), static codec => codec.DecodeHeartbeat())),
        new("codec/encode-append-16", 10_000, static () => new CodecWorkload(new Codec(), static codec => codec.EncodeAppend())),
        new("codec/decode-append-16", 10_000, static () => new CodecWorkload(new Codec(), static codec => codec.DecodeAppend())),
        new("log/append-truncate", 10_000, static () => new LogAppendTruncate()),
        new("wal/entry-sync", 100, static () => new LogSync(batches: 1, entriesPerBatch: 1)),
        new("wal/batch-100-sync", 50, static () => new LogSync(batches: 1, Sizes.SyncThreshold)),
        new("wal/100-entries-sync", 50, static () => new LogSync(Sizes.SyncThreshold, entriesPerBatch: 1)),
        new("apply/put", 10_000, static () => new StorePuts(runLength: 0)),
        new("apply/put-publish-100", 10_000, static () => new StorePuts(Sizes.SyncThreshold)),
        new("apply/session-put-publish-100", 10_000, static () => new SessionPuts()),
        new("snapshot/chunk-sent", 100, static () => new SnapshotChunkSent()),
    ];
}
