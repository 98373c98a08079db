namespace DEngine.Simulation.Coverage;

/// <summary>
/// What a node is at when a fault meets it: the columns of the table. A node may be at several things at once. Each is defined by one line of
/// <see cref="PhaseReader"/>, and named in <see cref="PhaseColumn"/>.
/// </summary>
[Flags]
internal enum Phases : uint
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
    NewLeader = 1 << 13,
    Replicating = 1 << 14,
    LeaderWriting = 1 << 15,
    Ahead = 1 << 16,
    Reading = 1 << 17,
    Leased = 1 << 18,
    Transferring = 1 << 19,
    Deposed = 1 << 20,
    Doomed = 1 << 21,
    LeaderDiskFull = 1 << 22,
    AtRest = 1 << 23,
}

/// <summary>A phase as it is printed.</summary>
/// <param name="Phase">Which.</param>
/// <param name="Head">Above its column; six characters at most.</param>
/// <param name="Meaning">What it means, in one line.</param>
internal sealed record PhaseColumn(Phases Phase, string Head, string Meaning)
{
    /// <summary>Of nodes that do not lead.</summary>
    public static readonly Phases NotLeading = (Phases)((uint)Phases.NewLeader - 1);

    /// <summary>Of leaders.</summary>
    public static readonly Phases Leading = (Phases)((1u << 24) - 1) & ~NotLeading;

    /// <summary>Everything that a process can be at that runs.</summary>
    public static readonly Phases Running = (NotLeading | Leading) & ~(Phases.Down | Phases.Opening);

    /// <summary>All of them, in the order of their bits.</summary>
    public static readonly IReadOnlyList<PhaseColumn> All =
    [
        new(Phases.Down, "down", "its process is not there"),
        new(Phases.Opening, "opens", "its process is reading its log"),
        new(Phases.WaitingOut, "waits", "started a moment ago, and votes for nobody yet: a lease may rest on what it forgot"),
        new(Phases.Leaderless, "orphan", "a follower that knows no leader"),
        new(Phases.Idle, "idle", "a follower with a leader, with all that is committed, and nothing to be written"),
        new(Phases.Writing, "writes", "a follower with a leader, and something that its disk does not have yet"),
        new(Phases.Voting, "votes", "a follower whose disk does not have its vote yet"),
        new(Phases.Behind, "behind", "a follower whose log ends before what is committed does"),
        new(Phases.Forked, "forked", "not a leader; its log has an entry where another one is committed"),
        new(Phases.PreCandidate, "pre", "asks whether it would be elected"),
        new(Phases.OwnVote, "own", "a candidate whose disk does not have its own vote yet"),
        new(Phases.Candidate, "cand", "a candidate that has asked for votes"),
        new(Phases.DiskFull, "full", "not a leader; its disk has no room"),
        new(Phases.NewLeader, "new", "a leader that has committed nothing in its term"),
        new(Phases.Replicating, "repl", "a leader that has, with an entry that some node does not have for certain"),
        new(Phases.LeaderWriting, "writes", "a leader with something that its own disk does not have yet"),
        new(Phases.Ahead, "ahead", "a leader that has committed what its own disk does not have yet"),
        new(Phases.Reading, "reads", "a leader with clients' reads that wait"),
        new(Phases.Leased, "lease", "a leader that answers reads by its lease"),
        new(Phases.Transferring, "moves", "a leader that is handing leadership over"),
        new(Phases.Deposed, "stale", "a leader that does not know of the leader of a later term"),
        new(Phases.Doomed, "doomed", "a leader whose log has an entry where another one is committed"),
        new(Phases.LeaderDiskFull, "full", "a leader whose disk has no room"),
        new(Phases.AtRest, "rest", "a leader that has nothing to do: everybody has everything, nothing waits"),
    ];
}
