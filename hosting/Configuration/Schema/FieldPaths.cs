namespace DEngine.Configuration;

/// <summary>Paths that the checks across fields name as well as the table.</summary>
internal static class FieldPaths
{
    public const string NodeId = "cluster.node_id";
    public const string ListenAddress = "cluster.listen_address";
    public const string InitialCluster = "cluster.initial_cluster";
    public const string DbRootDir = "cluster.db_root_dir";
    public const string LogDir = "cluster.log_dir";
    public const string ElectionTimeoutMin = "raft.election.election_timeout_min";
    public const string ElectionTimeoutMax = "raft.election.election_timeout_max";
    public const string Heartbeat = "raft.replication.rpc_append_entries_clock_in_ms";
    public const string LeaseDuration = "raft.read_consistency.lease_duration_ms";
    public const string Strategy = "raft.persistence.strategy";
    public const string StorageLog = "storage.log";
    public const string StorageStateMachine = "storage.state_machine";
    public const string PrometheusPort = "monitoring.prometheus_port";
    public const string EnableTls = "tls.enable_tls";
    public const string EnableMtls = "tls.enable_mtls";
}
