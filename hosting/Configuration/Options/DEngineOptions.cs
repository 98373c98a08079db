namespace DEngine.Configuration;

/// <summary>
/// Everything that a node is told before it starts, one property per section of the configuration file. Filled by
/// <see cref="ConfigurationLoader"/> from a file, or by hand and then judged by <see cref="ConfigurationLoader.Check"/>. Not to be changed once
/// the node runs: it reads them at start only.
/// </summary>
public sealed class DEngineOptions
{
    /// <summary><c>[cluster]</c>: who this node is, where it listens, who the others are.</summary>
    public ClusterOptions Cluster { get; set; } = new();

    /// <summary><c>[raft.election]</c></summary>
    public ElectionOptions Election { get; set; } = new();

    /// <summary><c>[raft.replication]</c></summary>
    public ReplicationOptions Replication { get; set; } = new();

    /// <summary><c>[raft.batching]</c></summary>
    public BatchingOptions Batching { get; set; } = new();

    /// <summary><c>[raft.read_consistency]</c></summary>
    public ReadConsistencyOptions ReadConsistency { get; set; } = new();

    /// <summary><c>[raft.persistence]</c></summary>
    public PersistenceOptions Persistence { get; set; } = new();

    /// <summary><c>[raft.snapshot]</c></summary>
    public SnapshotOptions Snapshot { get; set; } = new();

    /// <summary><c>[raft.backpressure]</c></summary>
    public BackpressureOptions Backpressure { get; set; } = new();

    /// <summary><c>[raft.membership.promotion]</c> and <c>learner_catchup_threshold</c> of <c>[raft]</c>.</summary>
    public PromotionOptions Promotion { get; set; } = new();

    /// <summary><c>[raft.watch]</c></summary>
    public WatchOptions Watch { get; set; } = new();

    /// <summary><c>[raft.limits]</c></summary>
    public LimitsOptions Limits { get; set; } = new();

    /// <summary><c>[storage]</c></summary>
    public StorageOptions Storage { get; set; } = new();

    /// <summary><c>[monitoring]</c></summary>
    public MonitoringOptions Monitoring { get; set; } = new();

    /// <summary><c>[tls]</c></summary>
    public TlsOptions Tls { get; set; } = new();
}
