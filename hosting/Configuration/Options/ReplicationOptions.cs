namespace DEngine.Configuration;

/// <summary>How the leader sends its log (<c>[raft.replication]</c>).</summary>
public sealed class ReplicationOptions
{
    /// <summary>
    /// The heartbeat: the longest a leader is silent, in milliseconds. Default 100, range 1 to 30000. Less than half of
    /// <see cref="ElectionOptions.ElectionTimeoutMinMs"/>, so that one lost heartbeat starts no election.
    /// </summary>
    public int HeartbeatIntervalMs { get; set; } = 100;

    /// <summary>The most entries in one message to a follower. Default 1000, range 1 to 100000.</summary>
    public int AppendEntriesMaxEntries { get; set; } = 1000;
}
