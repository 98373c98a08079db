namespace DEngine.Core;

/// <summary>Works out the configuration that a change leads to. Says nothing about when it may begin: see <see cref="RaftNode.ChangeMembership"/>.</summary>
internal static class ConfigurationChange
{
    /// <summary>
    /// The configuration to be in effect next. At most one voter more or fewer: that with the changes made, of which every majority meets every majority of the
    /// one before (thesis §4.1), so they meet (Z3). More: a joint one.
    /// </summary>
    /// <param name="before">Not joint.</param>
    /// <param name="changes">Any order.</param>
    /// <param name="next">What is to be in effect; <paramref name="before"/> unless the result is <see cref="MembershipStatus.Proposed"/>.</param>
    public static MembershipStatus Apply(Configuration before, ReadOnlySpan<MembershipChange> changes, out Configuration next)
    {
        Invariant.Holds(!before.IsJoint, "one change after another");
        next = before;
        var members = new SortedDictionary<NodeId, Member>();
        foreach (ref readonly Member member in before.Members) members.Add(member.Id, member);
        var named = new HashSet<NodeId>();
        int votersChanged = 0;
        foreach (ref readonly MembershipChange change in changes)
        {
            if (change.Node.IsNone || !Enum.IsDefined(change.Target) || !named.Add(change.Node)) return MembershipStatus.Malformed;
            bool isMember = members.TryGetValue(change.Node, out Member member);
            if (!isMember && change.Target != MembershipTarget.Learner) return MembershipStatus.NotMember;
            if (!isMember) members.Add(change.Node, new Member(change.Node, MembershipRole.Learner));
            else if (Move(member, change.Target) is { } moved) members[change.Node] = moved;
            else members.Remove(change.Node);
            if (members.TryGetValue(change.Node, out Member after) && after.IsTransitional) votersChanged++;
        }

        if (!members.Values.Any(member => member.IsVoter)) return MembershipStatus.NoVoterLeft;
        var changed = new Configuration(members.Values, history: before.History);
        if (votersChanged == 1) changed = changed.Completed();
        if (changed.Members.SequenceEqual(before.Members)) return MembershipStatus.Unchanged;
        next = changed;
        return MembershipStatus.Proposed;
    }

    /// <summary>The member in a joint configuration; null: it is a learner that leaves, which concerns no quorum.</summary>
    private static Member? Move(in Member member, MembershipTarget target) => (member.IsVoter, target) switch
    {
        (true, MembershipTarget.Learner) => member with { Role = MembershipRole.Demoting },
        (true, MembershipTarget.Removed) => member with { Role = MembershipRole.Leaving },
        (false, MembershipTarget.Voter) => member with { Role = MembershipRole.Joining },
        (false, MembershipTarget.Removed) => null,
        _ => member,
    };
}
