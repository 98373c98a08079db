namespace DEngine.Core;

/// <summary>Limits and times of the node loop, beside those of the protocol.</summary>
public sealed record NodeOptions
{
    public RaftOptions Raft { get; init; } = new();

    public SnapshotPolicy Snapshots { get; init; } = new();

    public SessionOptions Sessions { get; init; } = new();

    public SessionClientOptions OwnSession { get; init; } = new();

    /// <summary>Most commands that wait for their commit or for the leader's answer; more are answered Overloaded.</summary>
    public int PendingWritesMax { get; init; } = 10_000;

    /// <summary>Most reads that wait; more are answered Overloaded.</summary>
    public int PendingReadsMax { get; init; } = 10_000;

    /// <summary>How long a follower waits for the leader's answer to what it forwarded.</summary>
    public TimeSpan ForwardTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Most entries applied in one pass, so that heartbeats are not late behind a long catch-up.</summary>
    public int ApplyEntriesMax { get; init; } = 4096;

    /// <summary>How often a leader compares what has been applied with the others (S2); above 0. Some 100 bytes to each of them.</summary>
    public TimeSpan DigestInterval { get; init; } = TimeSpan.FromSeconds(1);
}
