using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// What a quorum is, counted without the engine: a majority of the voters; of a joint configuration a majority of the new ones and a majority of the old.
/// </summary>
internal static class Majorities
{
    public static bool Agree(Configuration configuration, Func<Member, bool> agrees)
    {
        Member[] members = configuration.Members.ToArray();
        bool isJoint = Array.Exists(members, member => member.Role > MembershipRole.Voter);
        return IsMajority(Array.FindAll(members, member => member.Role is MembershipRole.Voter or MembershipRole.Joining), agrees)
            && (!isJoint || IsMajority(Array.FindAll(members, member => member.Role is MembershipRole.Voter or > MembershipRole.Joining), agrees));
    }

    private static bool IsMajority(Member[] voters, Func<Member, bool> agrees) => voters.Count(agrees) > voters.Length / 2;
}
