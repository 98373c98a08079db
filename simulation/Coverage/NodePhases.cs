namespace DEngine.Simulation.Coverage;

/// <summary>
/// What a node is at when a fault meets it: the columns of the table. A node may be at several things at once. Each is defined by one line of
/// <see cref="PhaseReader"/>, and named in <see cref="PhaseColumn"/>.
/// </summary>
[Flags]
internal enum NodePhases : uint
{
    None = 0,
    Down = 1 << 0,
    Opening = 1 << 1,
    WaitingOut = 1 << 2,
    Leaderless = 1 << 3,
    Idle = 1 << 4,
    Writing = 1 << 5,
    Voting = 1 << 6,
    Behind = 1 << 7,
    Forked = 1 << 8,
    PreCandidate = 1 << 9,
    OwnVote = 1 << 10,
    Candidate = 1 << 11,
    DiskFull = 1 << 12,
    Saving = 1 << 13,
    Receiving = 1 << 14,
    Installing = 1 << 15,
    Dropping = 1 << 16,
    NewLeader = 1 << 17,
    Replicating = 1 << 18,
    LeaderWriting = 1 << 19,
    Ahead = 1 << 20,
    Reading = 1 << 21,
    Leased = 1 << 22,
    Transferring = 1 << 23,
    Deposed = 1 << 24,
    Doomed = 1 << 25,
    LeaderDiskFull = 1 << 26,
    LeaderSaving = 1 << 27,
    Sending = 1 << 28,
    LeaderDropping = 1 << 29,
    AtRest = 1 << 30,
}

/// <summary>A phase as it is printed.</summary>
/// <param name="Phase">Which.</param>
/// <param name="Head">Above its column; six characters at most.</param>
/// <param name="Meaning">What it means, in one line.</param>
internal sealed record PhaseColumn(NodePhases Phase, string Head, string Meaning)
{
    /// <summary>Of nodes that do not lead.</summary>
    public static readonly NodePhases NotLeading = (NodePhases)((uint)NodePhases.NewLeader - 1);

    /// <summary>Of leaders.</summary>
    public static readonly NodePhases Leading = (NodePhases)(((uint)NodePhases.AtRest << 1) - 1) & ~NotLeading;

    /// <summary>Everything that a process can be at that runs.</summary>
    public static readonly NodePhases Running = (NotLeading | Leading) & ~(NodePhases.Down | NodePhases.Opening);

    /// <summary>All of them, in the order of their bits.</summary>
    public static readonly IReadOnlyList<PhaseColumn> All =
    [
        new(NodePhases.Down, "down", "its process is not there"),
        new(NodePhases.Opening, "opens", "its process is reading its log"),
        new(NodePhases.WaitingOut, "waits", "started a moment ago, and votes for nobody yet: a lease may rest on what it forgot"),
        new(NodePhases.Leaderless, "orphan", "a follower that knows no leader"),
        new(NodePhases.Idle, "idle", "a follower with a leader, with all that is committed, and nothing to be written"),
        new(NodePhases.Writing, "writes", "a follower with a leader, and something that its disk does not have yet"),
        new(NodePhases.Voting, "votes", "a follower whose disk does not have its vote yet"),
        new(NodePhases.Behind, "behind", "a follower whose log ends before what is committed does"),
        new(NodePhases.Forked, "forked", "not a leader; its log has an entry where another one is committed"),
        new(NodePhases.PreCandidate, "pre", "asks whether it would be elected"),
        new(NodePhases.OwnVote, "own", "a candidate whose disk does not have its own vote yet"),
        new(NodePhases.Candidate, "cand", "a candidate that has asked for votes"),
        new(NodePhases.DiskFull, "full", "not a leader; its disk has no room"),
        new(NodePhases.Saving, "saves", "not a leader; a snapshot of its own state is being written"),
        new(NodePhases.Receiving, "takes", "a snapshot is coming in from a leader that it still needs"),
        new(NodePhases.Installing, "puts", "a snapshot has come whole and is durable; the node has not put it in place yet"),
        new(NodePhases.Dropping, "drops", "not a leader; a snapshot is durable, and what it covers is still to be dropped from the log"),
        new(NodePhases.NewLeader, "new", "a leader that has committed nothing in its term"),
        new(NodePhases.Replicating, "repl", "a leader that has, with an entry that some node does not have for certain"),
        new(NodePhases.LeaderWriting, "writes", "a leader with something that its own disk does not have yet"),
        new(NodePhases.Ahead, "ahead", "a leader that has committed what its own disk does not have yet"),
        new(NodePhases.Reading, "reads", "a leader with clients' reads that wait"),
        new(NodePhases.Leased, "lease", "a leader that answers reads by its lease"),
        new(NodePhases.Transferring, "moves", "a leader that is handing leadership over"),
        new(NodePhases.Deposed, "stale", "a leader that does not know of the leader of a later term"),
        new(NodePhases.Doomed, "doomed", "a leader whose log has an entry where another one is committed"),
        new(NodePhases.LeaderDiskFull, "full", "a leader whose disk has no room"),
        new(NodePhases.LeaderSaving, "saves", "a leader; a snapshot of its own state is being written"),
        new(NodePhases.Sending, "sends", "a leader that sends somebody a snapshot"),
        new(NodePhases.LeaderDropping, "drops", "a leader; a snapshot is durable, and what it covers is still to be dropped from the log"),
        new(NodePhases.AtRest, "rest", "a leader that has nothing to do: everybody has everything, nothing waits"),
    ];
}
