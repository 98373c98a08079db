using DEngine.Core;

namespace DEngine.Bench;

/// <summary>A <see cref="RaftNode"/> with a world around it that has no latency and keeps nothing.</summary>
internal sealed class RaftPass
{
    public static readonly NodeId Self = new(1), Second = new(2), Third = new(3);

    /// <summary>Entries for which the log has room from the start: it is never cut here, and its growing is not what is measured.</summary>
    public const int EntriesMax = 1 << 17;

    private readonly RaftOptions _options = new();
    private TimeSpan _now;

    public RaftPass()
    {
        Raft = new RaftNode(
            Self, new Core.Configuration(Self, Second, Third), _options, default, new RaftLog(EntriesMax), DeterministicRandom.For(seed: 1, concern: 1), _now);
    }

    public RaftNode Raft { get; }

    /// <summary>An instant, a microsecond after the one before.</summary>
    public TimeSpan Now() => _now += TimeSpan.FromMicroseconds(1);

    /// <summary>Wins an election and commits the first entry of the term.</summary>
    public void BecomeLeader()
    {
        _now += _options.ElectionTimeoutMax;
        Raft.Tick(_now);
        Raft.OnPreVoteResponse(Second, new PreVoteResponse(Raft.Term + 1, Granted: true), Now());
        Leave();
        Raft.OnPersisted(Raft.LastTicket, Now());
        Raft.OnVoteResponse(Second, new VoteResponse(Raft.Term, Granted: true), Now());
        Invariant.Holds(Raft.IsLeader, "the only candidate is elected");
        Leave();
        Raft.OnPersisted(Raft.LastTicket, Now());
        Accept(Second, Raft.Log.LastIndex);
        Accept(Third, Raft.Log.LastIndex);
        Leave();
    }

    public void Accept(NodeId from, long index) => Raft.OnAppendAccepted(from, new AppendAccepted(Raft.Term, Raft.Log[index].Position, Round: 0), Now());

    /// <summary>Ends a pass as the node's loop does; what was to be sent is dropped, what was to be written has its ticket.</summary>
    public void Leave()
    {
        Raft.FinishPass(Now());
        Effects effects = Raft.Effects;
        if (!effects.Persist.IsEmpty)
        {
            Raft.SealPersist();
            effects.Persist.Reset();
        }

        effects.Outbox.Clear();
        effects.AfterPersist.Clear();
        effects.RoleChanges.Clear();
        effects.Reads.Clear();
    }
}
