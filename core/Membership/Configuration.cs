namespace DEngine.Core;

/// <summary>
/// Who the members are and what a quorum is: a majority of the voters; while several change at once (a joint configuration, paper §6) a majority of the new
/// voters and a majority of the old. Immutable.
/// </summary>
public sealed class Configuration : IEquatable<Configuration>
{
    private const int VotersOnStack = 16;

    private readonly Member[] _members;
    private readonly NodeId[] _voters;
    private readonly NodeId[] _oldVoters;

    /// <param name="voters">At least one, all different; any order. Their identities are not known.</param>
    public Configuration(params ReadOnlySpan<NodeId> voters)
        : this(Array.ConvertAll(voters.ToArray(), id => new Member(id, MembershipRole.Voter)))
    {
    }

    /// <param name="members">All different, a voter among them; any order.</param>
    /// <param name="isInitial">See <see cref="IsInitial"/>.</param>
    /// <param name="history">See <see cref="History"/>.</param>
    public Configuration(IEnumerable<Member> members, bool isInitial = false, HistoryId history = default)
    {
        ArgumentNullException.ThrowIfNull(members);
        _members = [.. members.OrderBy(member => member.Id)];
        for (int i = 0; i < _members.Length; i++)
        {
            Invariant.Holds(!_members[i].Id.IsNone, "a member has an id");
            Invariant.Holds(i == 0 || _members[i].Id != _members[i - 1].Id, "no member is listed twice");
        }

        IsInitial = isInitial;
        History = history;
        IsJoint = _members.Any(member => member.IsTransitional);
        _voters = [.. _members.Where(member => member.IsVoter).Select(member => member.Id)];
        _oldVoters = IsJoint ? [.. _members.Where(member => member.WasVoter).Select(member => member.Id)] : [];
        Invariant.Holds(_voters.Length > 0 && (!IsJoint || _oldVoters.Length > 0), "a configuration has a voter");
    }

    /// <summary>
    /// This is what a node was told when its directory was new, not what a log says: no cluster has been formed with it yet. The first election of a cluster
    /// needs every voter, so that nobody who has forgotten can be among those who form it anew (Z4).
    /// </summary>
    public bool IsInitial { get; }

    /// <summary>The history that the log with this configuration belongs to (Z6); none: no leader has entered one yet.</summary>
    public HistoryId History { get; }

    /// <summary>In ascending order of id.</summary>
    public ReadOnlySpan<Member> Members => _members;

    /// <summary>Whose majority decides; in ascending order of id. In a joint configuration the new half.</summary>
    public ReadOnlySpan<NodeId> Voters => _voters;

    /// <summary>Whose majority has to agree as well while the configuration is joint; else empty.</summary>
    public ReadOnlySpan<NodeId> OldVoters => _oldVoters;

    /// <summary>A change of several voters is under way: both halves decide.</summary>
    public bool IsJoint { get; }

    /// <summary>The smallest number of <see cref="Voters"/> of which any two groups share a member.</summary>
    public int Majority => MajorityOf(_voters.Length);

    /// <summary>The smallest number of voters of which any two groups share a member.</summary>
    public static int MajorityOf(int voters) => (voters / 2) + 1;

    /// <summary>Whether a node votes, in either half.</summary>
    public bool IsVoter(NodeId node) => Find(node) is { Role: not MembershipRole.Learner };

    public bool IsMember(NodeId node) => Find(node) is not null;

    /// <summary>Whether one node alone is a quorum.</summary>
    public bool IsAlone(NodeId node) => _voters.Length == 1 && _voters[0] == node && !IsJoint;

    /// <summary>The directory that a member is; none: no member, or not known.</summary>
    public NodeIdentity IdentityOf(NodeId node) => Find(node)?.Identity ?? NodeIdentity.None;

    public Member? Find(NodeId node)
    {
        foreach (ref readonly Member member in _members.AsSpan())
        {
            if (member.Id == node) return member;
        }

        return null;
    }

    /// <summary>Whether everyone who has agreed is a quorum.</summary>
    public bool IsQuorum(Func<NodeId, bool> agrees)
    {
        ArgumentNullException.ThrowIfNull(agrees);
        return _voters.Count(agrees) >= Majority && (!IsJoint || _oldVoters.Count(agrees) >= MajorityOf(_oldVoters.Length));
    }

    /// <summary>The largest value that a quorum has reached; while the configuration is joint both halves have.</summary>
    public long ReachedByQuorum<TState>(TState state, Func<TState, NodeId, long> valueOf)
    {
        ArgumentNullException.ThrowIfNull(valueOf);
        long reached = ReachedByMajority(_voters, state, valueOf);
        return IsJoint ? Math.Min(reached, ReachedByMajority(_oldVoters, state, valueOf)) : reached;
    }

    private static long ReachedByMajority<TState>(ReadOnlySpan<NodeId> voters, TState state, Func<TState, NodeId, long> valueOf)
    {
        Span<long> reached = voters.Length <= VotersOnStack ? stackalloc long[voters.Length] : new long[voters.Length];
        for (int i = 0; i < voters.Length; i++) reached[i] = valueOf(state, voters[i]);
        return ReachedByMajority(reached);
    }

    /// <summary>The largest value that a majority has reached. Example: 5, 9, 7 of three voters gives 7.</summary>
    /// <param name="perVoter">One value for each voter; sorted by this call.</param>
    public static long ReachedByMajority(Span<long> perVoter)
    {
        perVoter.Sort();
        return perVoter[perVoter.Length - MajorityOf(perVoter.Length)];
    }

    /// <summary>What follows a joint configuration when that is committed: its new half.</summary>
    public Configuration Completed()
    {
        Invariant.Holds(IsJoint, "only a joint configuration is completed");
        return new Configuration(_members.Where(member => member.Role != MembershipRole.Leaving).Select(member => member with
        {
            Role = member.IsVoter ? MembershipRole.Voter : MembershipRole.Learner,
        }), history: History);
    }

    /// <summary>
    /// The same members with what is known of their directories by now: of a member without one the directory, of any other a later life of the same one. No
    /// initial one any more.
    /// </summary>
    /// <param name="known">What a member has last said of its directory; default: nothing.</param>
    /// <param name="history">The history from here on.</param>
    public Configuration WithDirectories(Func<NodeId, DirectoryStamp> known, HistoryId history)
    {
        ArgumentNullException.ThrowIfNull(known);
        return new Configuration(_members.Select(member => member.Learning(known(member.Id))), history: history);
    }

    public bool Equals(Configuration? other) =>
        other is not null && IsInitial == other.IsInitial && History == other.History && _members.AsSpan().SequenceEqual(other._members);

    public override bool Equals(object? obj) => Equals(obj as Configuration);

    public override int GetHashCode() => (_members.Length * 31) + (int)_members[0].Id.Value;

    /// <summary>Example: <c>n1 n2 n3 (n4)</c>; learners in parentheses, in a joint configuration <c>+</c> for who joins and <c>-</c> for who leaves.</summary>
    public override string ToString() => string.Join(' ', _members.Select(member => member.Role switch
    {
        MembershipRole.Learner => $"({member.Id})",
        MembershipRole.Joining => $"+{member.Id}",
        MembershipRole.Leaving => $"-{member.Id}",
        MembershipRole.Demoting => $"-({member.Id})",
        _ => $"{member.Id}",
    }));
}
