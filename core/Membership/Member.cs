namespace DEngine.Core;

/// <summary>What a member is in a configuration. The numbers are on disk and on the wire: never renumber.</summary>
public enum MembershipRole : byte
{
    /// <summary>Gets the log and everything in it; has no vote and counts for nothing (thesis §4.2.1).</summary>
    Learner = 0,

    /// <summary>Votes and counts; in a joint configuration in both halves.</summary>
    Voter = 1,

    /// <summary>Joint configuration: votes in the new half only; a voter when the change is over.</summary>
    Joining = 2,

    /// <summary>Joint configuration: votes in the old half only; no member when the change is over.</summary>
    Leaving = 3,

    /// <summary>Joint configuration: votes in the old half only; a learner when the change is over.</summary>
    Demoting = 4,
}

/// <summary>One member of a configuration.</summary>
/// <param name="Id">Who.</param>
/// <param name="Role">As what.</param>
/// <param name="Identity">The data directory that this member is; none: not known yet.</param>
/// <param name="Incarnation">The newest life of that directory that a leader has entered; none: not known yet.</param>
public readonly record struct Member(NodeId Id, MembershipRole Role, NodeIdentity Identity = default, Incarnation Incarnation = default)
{
    /// <summary>Votes in the half that stays: the only one of a configuration that is not joint.</summary>
    public bool IsVoter => Role is MembershipRole.Voter or MembershipRole.Joining;

    /// <summary>Votes in the half that goes; in a configuration that is not joint that says nothing.</summary>
    public bool WasVoter => Role is MembershipRole.Voter or MembershipRole.Leaving or MembershipRole.Demoting;

    /// <summary>The member with what it says of its directory: taken where none is known, else only a later life of the one that is known.</summary>
    internal Member Learning(in DirectoryStamp said)
    {
        if (Identity.IsNone) return this with { Identity = said.Directory, Incarnation = said.Incarnation };
        bool isLater = said.Directory == Identity && !said.Incarnation.IsNone && !said.Incarnation.IsOlderThan(Incarnation);
        return isLater ? this with { Incarnation = said.Incarnation } : this;
    }

    internal bool IsTransitional => Role is MembershipRole.Joining or MembershipRole.Leaving or MembershipRole.Demoting;
}
