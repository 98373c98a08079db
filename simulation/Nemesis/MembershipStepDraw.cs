using DEngine.Core;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Nemesis;

/// <summary>
/// What an operator does about the members: replaces who has been wiped, lets nodes join and leave, promotes and demotes; of the one that leads, or of anybody.
/// </summary>
internal sealed class MembershipStepDraw(SimulatedWorld world)
{
    /// <summary>Null: nobody is there to be asked, or nothing comes to mind.</summary>
    public MembershipStep? Draw(ref DeterministicRandom random)
    {
        int any = (int)random.Next(world.Nodes.Length);
        int asked = random.Chance(0.8) ? world.LeaderOr(any) : any;
        if (world.Nodes[asked].Node is not { } node) return null;
        Configuration members = node.Raft.Configuration;
        var changes = new List<MemberChange>();
        for (long count = random.Chance(0.3) ? random.Between(2, 3) : 1; count > 0; count--)
        {
            if (DrawOne(members, ref random) is { } change && !changes.Exists(other => other.Node == change.Node)) changes.Add(change);
        }

        return changes.Count > 0 && world.IsSensible(members, changes) ? new MembershipStep(asked, changes) : null;
    }

    private MemberChange? DrawOne(Configuration members, ref DeterministicRandom random)
    {
        foreach (SimulatedNode node in world.Nodes)
        {
            NodeIdentity known = members.IdentityOf(node.Id);
            if (!known.IsNone && known != node.Identity && random.Chance(0.7)) return new MemberChange(node.Position, MembershipTarget.Removed);
        }

        int position = (int)random.Next(world.Nodes.Length);
        MembershipRole? role = members.Find(world.Nodes[position].Id)?.Role;
        if (role is null) return new MemberChange(position, MembershipTarget.Learner);
        if (role == MembershipRole.Learner) return new MemberChange(position, random.Chance(0.9) ? MembershipTarget.Voter : MembershipTarget.Removed);

        // Rather more members than fewer, or there is soon nothing left to go wrong.
        if (members.Voters.Length <= 2 || random.Chance(0.4)) return null;
        return new MemberChange(position, random.Chance(0.5) ? MembershipTarget.Removed : MembershipTarget.Learner);
    }
}
