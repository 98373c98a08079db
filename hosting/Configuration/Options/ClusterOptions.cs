namespace DEngine.Configuration;

/// <summary>Who this node is, where it listens, and who the others are (<c>[cluster]</c>).</summary>
public sealed class ClusterOptions
{
    /// <summary>This node's number; one of <see cref="InitialCluster"/>'s. Required. 1 to 4294967295.</summary>
    public uint NodeId { get; set; }

    /// <summary>HOST:PORT that this node listens on, for peers, clients and HTTP alike. Required.</summary>
    public string ListenAddress { get; set; } = "";

    /// <summary>HOST:PORT that others are told to reach this node at. Default: null, its own address in <see cref="InitialCluster"/>.</summary>
    public string? AdvertiseAddress { get; set; }

    /// <summary>The members at the first start. Later the log knows better and wins. Required, at least one voter.</summary>
    public IReadOnlyList<ClusterMember> InitialCluster { get; set; } = [];

    /// <summary>The directory of the log, the term and vote, and snapshots. Default "./db", relative to the working directory.</summary>
    public string DbRootDir { get; set; } = "./db";

    /// <summary>The directory of the text logs. Default "./logs", relative to the working directory.</summary>
    public string LogDir { get; set; } = "./logs";

    /// <summary>
    /// A name that keeps nodes of different clusters apart. Default: null, which means "dengine". At most 64 letters, digits, '_', '-' and '.'.
    /// </summary>
    public string? ClusterId { get; set; }
}

/// <summary>One member as <c>initial_cluster</c> lists it.</summary>
public sealed class ClusterMember
{
    /// <summary>The member's number. Required. 1 to 4294967295, once in a cluster.</summary>
    public uint Id { get; set; }

    /// <summary>HOST:PORT that the others reach it at. Required, once in a cluster.</summary>
    public string Address { get; set; } = "";

    /// <summary>Whether it votes. Default: <see cref="MemberRole.Voter"/>.</summary>
    public MemberRole Role { get; set; } = MemberRole.Voter;

    /// <summary>What becomes of it. Default: <see cref="MemberStatus.Active"/>.</summary>
    public MemberStatus Status { get; set; } = MemberStatus.Active;
}

/// <summary>
/// Whether a member votes. Files also say follower (0), candidate (1) or leader (2): all of them are voters, and who leads is decided by
/// elections, not by files.
/// </summary>
public enum MemberRole
{
    /// <summary>Votes and counts towards a majority.</summary>
    Voter = 0,

    /// <summary>Receives the log but does not count (3 in files).</summary>
    Learner = 3,
}

/// <summary>What becomes of a member.</summary>
public enum MemberStatus
{
    /// <summary>A learner that becomes a voter once it has caught up.</summary>
    Promotable = 0,

    /// <summary>A learner for good: it serves reads and is never promoted.</summary>
    ReadOnly = 1,

    /// <summary>A full member.</summary>
    Active = 2,
}
