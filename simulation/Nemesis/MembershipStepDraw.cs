using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Nemesis;

/// <summary>
/// What an operator does about the members: replaces who has been wiped, lets nodes join and leave, promotes and demotes; of the one that leads, or of anybody.
/// And what goes wrong just then.
/// </summary>
internal sealed class MembershipStepDraw(RunPlan plan, SimulatedWorld world)
{
    /// <summary>Asks the one that leads, or anybody. Null: nobody is there to be asked, or nothing comes to mind.</summary>
    public MembershipStep? Draw(ref DeterministicRandom random)
    {
        int any = (int)random.Next(world.Nodes.Length);
        return Draw(random.Chance(0.8) ? world.LeaderOr(any) : any, ref random);
    }

    /// <summary>Asks a node. Null: it is not there to be asked, or nothing comes to mind.</summary>
    public MembershipStep? Draw(int asked, ref DeterministicRandom random)
    {
        if (world.Nodes[asked].Node is not { } node) return null;
        Configuration members = node.Raft.Configuration;
        var changes = new List<MemberChange>();
        for (long count = random.Chance(0.3) ? random.Between(2, 3) : 1; count > 0; count--)
        {
            if (DrawOne(members, asked, ref random) is { } change && !changes.Exists(other => other.Node == change.Node)) changes.Add(change);
        }

        return changes.Count > 0 && world.IsSensible(members, changes) ? new MembershipStep(asked, changes) : null;
    }

    /// <summary>What befalls a leader that has just begun a change; null: what may befall anybody at any moment.</summary>
    public Step? DrawStrike(int leader, TimeSpan duration, ref DeterministicRandom random)
    {
        int nodes = plan.NodeCount;
        switch (random.Next(6))
        {
            case 0:
                return new CutStep(Shapes.Isolate(nodes, leader), duration);
            case 1:
                return new CutStep(Shapes.Isolate(nodes, leader, bridge: (int)random.Next(nodes)), duration);
            case 2 when world.Nodes[leader].Node is { Raft.Configuration: var members }:
                // Those who are to vote hear of each other only.
                return new CutStep(Shapes.Between(nodes, i => members.Find(world.Nodes[i].Id) is { IsVoter: true }), duration);
            case 3:
                return Draw((int)random.Next(nodes), ref random);
            case 4:
                return new TransferStep(leader, random.Chance(0.5) ? -1 : (int)random.Next(nodes));
            default:
                return null;
        }
    }

    private MemberChange? DrawOne(Configuration members, int asked, ref DeterministicRandom random)
    {
        foreach (SimulatedNode node in world.Nodes)
        {
            NodeIdentity known = members.IdentityOf(node.Id);
            if (!known.IsNone && known != node.Identity && random.Chance(0.7)) return new MemberChange(node.Position, MembershipTarget.Removed);
        }

        // Who is asked may be the one that is to go.
        int position = random.Chance(0.2) ? asked : (int)random.Next(world.Nodes.Length);
        MembershipRole? role = members.Find(world.Nodes[position].Id)?.Role;
        if (role is null) return new MemberChange(position, MembershipTarget.Learner);
        if (role == MembershipRole.Learner) return new MemberChange(position, random.Chance(0.9) ? MembershipTarget.Voter : MembershipTarget.Removed);

        // Rather more members than fewer, or there is soon nothing left to go wrong.
        if (members.Voters.Length <= plan.Faults.VotersMin || random.Chance(0.4)) return null;
        return new MemberChange(position, random.Chance(0.5) ? MembershipTarget.Removed : MembershipTarget.Learner);
    }
}
