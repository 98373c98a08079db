using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Whether a leader that answers a linearizable read has asked its peers after the read had come (R1). A round begins with the pass that sends its messages.
/// </summary>
internal sealed class RoundChecker(int nodeCount)
{
    private readonly Reign[] _reigns = new Reign[nodeCount];

    /// <summary>A pass is over.</summary>
    /// <param name="position">Of the node.</param>
    /// <param name="node">As the pass has left it.</param>
    /// <param name="began">When the pass began.</param>
    public void OnPass(int position, Node node, TimeSpan began)
    {
        RaftNode raft = node.Raft;
        if (!raft.IsLeader) return;
        ref Reign? reign = ref _reigns[position]!;
        if (reign is null || reign.Node != node || reign.Term != raft.Term) reign = new Reign(node, raft.Term, raft.Round, began);
        while (reign.FirstRound + reign.Began.Count <= raft.Round) reign.Began.Add(began);
    }

    /// <summary>A node has taken in an event.</summary>
    public void Look(int position, Node node)
    {
        if (ReignOf(position, node) is { } reign) reign.Confirmed = Math.Max(reign.Confirmed, node.Raft.ConfirmedRound);
    }

    /// <summary>A node answers a linearizable read that a client of its own has asked for.</summary>
    /// <param name="position">Of the node.</param>
    /// <param name="node">The node.</param>
    /// <param name="askedAt">When the request had come.</param>
    public void OnAnswered(int position, Node node, TimeSpan askedAt)
    {
        Look(position, node);
        if (ReignOf(position, node) is not { } reign || node.Raft.IsAlone || reign.Since >= askedAt) return;
        int at = (int)(reign.Confirmed - reign.FirstRound);
        TimeSpan began = at >= 0 && at < reign.Began.Count ? reign.Began[at] : at < 0 ? TimeSpan.Zero : TimeSpan.MaxValue;
        if (began < askedAt)
            throw new ViolationException($"ROUND {node.Id} answers a read that came at {askedAt}, and no round that began later than {began} is confirmed");
    }

    private Reign? ReignOf(int position, Node node) =>
        _reigns[position] is { } reign && reign.Node == node && node.Raft.IsLeader && reign.Term == node.Raft.Term ? reign : null;

    /// <summary>One leader's rounds.</summary>
    private sealed class Reign(Node node, long term, long firstRound, TimeSpan since)
    {
        public Node Node { get; } = node;

        public long Term { get; } = term;

        public long FirstRound { get; } = firstRound;

        public TimeSpan Since { get; } = since;

        /// <summary>When each round began, from the first one on.</summary>
        public List<TimeSpan> Began { get; } = [];

        public long Confirmed { get; set; }
    }
}
