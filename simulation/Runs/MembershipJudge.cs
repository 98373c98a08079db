using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Runs;

/// <summary>
/// In a cluster at peace an operator can change the members: somebody loses the vote and gets it back, or the other way round. A node that refuses every change
/// would else harm nobody.
/// </summary>
internal static class MembershipJudge
{
    private const int Attempts = 8;

    /// <returns>Which change is not made; empty: all are, or there is nobody to try it with.</returns>
    public static string FindRefusal(SimulatedWorld world, RunPlan plan)
    {
        if (FindMember(world) is not { } member) return "";
        bool isVoter = world.Members.IsVoter(member.Id);
        MembershipTarget other = isVoter ? MembershipTarget.Learner : MembershipTarget.Voter;
        MembershipTarget own = isVoter ? MembershipTarget.Voter : MembershipTarget.Learner;
        TimeSpan patience = plan.Node.Raft.ElectionTimeoutMax * 20;
        foreach (MembershipTarget target in (MembershipTarget[])[other, own])
        {
            if (!IsMade(world, member, target, patience)) return $"LIVE {member.Id} is to become a {target}, and is not, at peace: {Phases.Describe(world)}";
        }

        return "";
    }

    /// <summary>Somebody whose vote the others can do without, and who is there.</summary>
    private static SimulatedNode? FindMember(SimulatedWorld world)
    {
        int leader = world.LeaderOr(-1);
        if (leader < 0 || world.Members.IsJoint) return null;

        // A leader whose disk hangs leads until it has something to write (seed 2035).
        if (!world.TakesPart(world.Nodes[leader])) return null;
        Configuration members = world.Members;
        foreach (SimulatedNode node in world.Nodes)
        {
            if (node.Position == leader || !IsThere(world, leader, node)) continue;
            int there = 0;
            int voters = 0;
            foreach (SimulatedNode other in world.Nodes)
            {
                if (other == node || !members.IsVoter(other.Id)) continue;
                voters++;
                if (other.Position == leader || IsThere(world, leader, other)) there++;
            }

            if (there >= Configuration.MajorityOf(voters)) return node;
        }

        return null;
    }

    private static bool IsThere(SimulatedWorld world, int leader, SimulatedNode node) =>
        world.TakesPart(node) && node.Node is not null && !world.Network.IsCut(leader, node.Position) && !world.Network.IsCut(node.Position, leader);

    /// <summary>Asks whoever leads, again where that has come to nothing: a leader may have been elected just now.</summary>
    private static bool IsMade(SimulatedWorld world, SimulatedNode member, MembershipTarget target, TimeSpan patience)
    {
        bool IsSo() => world.LeaderOr(-1) >= 0 && world.Members is { IsJoint: false } members && members.IsMember(member.Id)
            && members.IsVoter(member.Id) == (target == MembershipTarget.Voter);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (!world.RunUntil(world.Queue.Now + patience, () => world.LeaderOr(-1) >= 0)) return false;
            world.ChangeMembership(world.Nodes[world.LeaderOr(-1)], [new MembershipChange(member.Id, target)]);
            if (world.RunUntil(world.Queue.Now + patience, IsSo)) return true;
        }

        return false;
    }
}
