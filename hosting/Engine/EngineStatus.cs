namespace DEngine;

/// <summary>A node and its cluster as that node sees them, all of one instant. Order: applied &lt;= commit &lt;= last; durable &lt;= last.</summary>
public sealed record EngineStatus
{
    /// <summary>This node.</summary>
    public required uint NodeId { get; init; }

    /// <summary>"leader", "follower" or "candidate".</summary>
    public required string Role { get; init; }

    /// <summary>Its term.</summary>
    public required long Term { get; init; }

    /// <summary>The leader, or null while none is known.</summary>
    public required uint? LeaderId { get; init; }

    /// <summary>Everything up to here is on a majority for good, as far as this node knows.</summary>
    public required long CommitIndex { get; init; }

    /// <summary>Everything up to here can be read here.</summary>
    public required long AppliedIndex { get; init; }

    /// <summary>End of the log.</summary>
    public required long LastIndex { get; init; }

    /// <summary>Everything up to here is on this node's own disk.</summary>
    public required long DurableIndex { get; init; }

    /// <summary>First index that the log still has; what comes before it is in a snapshot.</summary>
    public required long FirstIndex { get; init; }

    /// <summary>Last index in the newest snapshot; 0 without one.</summary>
    public required long SnapshotIndex { get; init; }

    /// <summary>Digest of everything applied up to <see cref="AppliedIndex"/>; equal on every node that has applied as far.</summary>
    public required ulong Digest { get; init; }

    /// <summary>The highest entry up to which a majority of the voters is known to have applied the same; 0 as long as none is.</summary>
    public required long ConfirmedDigestIndex { get; init; }

    /// <summary>
    /// The entry at which this node and another have found that they differ, while no majority has decided who is right; 0: there is none. Else this node
    /// serves nothing.
    /// </summary>
    public required long DoubtIndex { get; init; }

    /// <summary>"unsynced_lost" or "damaged" while this node lacks what it has acknowledged and does not count; else null.</summary>
    public required string? Recovering { get; init; }

    /// <summary>Everyone, in order of id.</summary>
    public required IReadOnlyList<EngineMember> Members { get; init; }

    /// <summary>Writes that wait on this node.</summary>
    public required int PendingWrites { get; init; }

    /// <summary>Reads that wait on this node.</summary>
    public required int PendingReads { get; init; }
}

/// <summary>A member of the cluster as one node sees it.</summary>
public sealed record EngineMember
{
    /// <summary>The member.</summary>
    public required uint Id { get; init; }

    /// <summary>Where it is reached, HOST:PORT.</summary>
    public required string Address { get; init; }

    /// <summary>"leader", "follower" or "learner"; "unknown" when this node has not heard from it lately.</summary>
    public required string Role { get; init; }

    /// <summary>"active", "promotable" or "read_only".</summary>
    public required string Status { get; init; }

    /// <summary>What the member is known to hold; only the leader knows it of others.</summary>
    public long? MatchIndex { get; init; }

    /// <summary>How many entries of the leader it is not known to hold; only the leader knows it of others.</summary>
    public long? Lag { get; init; }

    /// <summary>Digest of what the member had applied up to <see cref="DigestIndex"/>; only the leader knows it of others.</summary>
    public ulong? Digest { get; init; }

    /// <summary>The entry that <see cref="Digest"/> is of.</summary>
    public long? DigestIndex { get; init; }
}
