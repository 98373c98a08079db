namespace DEngine.Core;

/// <summary>
/// What a node must never forget (Raft figure 2, "persistent state"): its term and its vote in that term. One value, written as one record:
/// a term without its vote, or the other way round, must not survive a crash (D4).
/// </summary>
/// <param name="Term">Latest term seen; 0 before the first election.</param>
/// <param name="VotedFor">Who got this node's vote in <paramref name="Term"/>, or <see cref="NodeId.None"/>.</param>
public readonly record struct HardState(long Term, NodeId VotedFor)
{
    /// <summary>Whether the other one was written after this one: a later term, or the vote of the same term.</summary>
    public bool IsOlderThan(HardState other) => Term < other.Term || (Term == other.Term && VotedFor.IsNone && !other.VotedFor.IsNone);

    public override string ToString() => $"term {Term}, voted for {VotedFor}";
}
