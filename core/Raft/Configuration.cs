namespace DEngine.Core;

/// <summary>Who the members are and what a quorum is. Immutable.</summary>
public sealed class Configuration
{
    private readonly NodeId[] _voters;

    /// <param name="voters">At least one, all different; any order.</param>
    public Configuration(params ReadOnlySpan<NodeId> voters)
    {
        _voters = voters.ToArray();
        Array.Sort(_voters);
        Invariant.Holds(_voters.Length > 0, "a configuration has a voter");
        for (int i = 0; i < _voters.Length; i++)
        {
            Invariant.Holds(!_voters[i].IsNone, "a voter has an id");
            Invariant.Holds(i == 0 || _voters[i] != _voters[i - 1], "no voter is listed twice");
        }
    }

    /// <summary>In ascending order of id.</summary>
    public ReadOnlySpan<NodeId> Voters => _voters;

    /// <summary>The smallest number of voters of which any two groups share a member.</summary>
    public int Majority => (_voters.Length / 2) + 1;

    public bool IsVoter(NodeId node) => PositionOf(node) >= 0;

    /// <summary>Where a voter stands in <see cref="Voters"/>, or a negative number.</summary>
    public int PositionOf(NodeId node) => Array.BinarySearch(_voters, node);

    /// <summary>
    /// The largest value that a majority of the voters has reached. Example: 5, 9, 7 of three voters gives 7.
    /// </summary>
    /// <param name="perVoter">One value for each voter, in the order of <see cref="Voters"/>; sorted by this call.</param>
    public long ReachedByMajority(Span<long> perVoter)
    {
        Invariant.Holds(perVoter.Length == _voters.Length, "one value for each voter");
        perVoter.Sort();
        return perVoter[_voters.Length - Majority];
    }
}
