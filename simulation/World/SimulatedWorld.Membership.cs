using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.World;

/// <summary>Who belongs to the cluster, and what an operator does about it.</summary>
internal sealed partial class SimulatedWorld
{
    /// <summary>
    /// What a node is started with: what every new directory is told; but where the cluster has been formed before the run, what its log would say.
    /// </summary>
    private Configuration StartOf(SimulatedNode node) => _plan.IsForming || node.WasWiped || !_formed.IsMember(node.Id) ? _told : _formed;

    /// <summary>Which directory a node has when its disk has been replaced so many times.</summary>
    public NodeIdentity IdentityOf(int position, int wipes) => new(1 + (_draws.Of(Concern.Identity, position, wipes).NextUInt64() >> 1));

    /// <summary>What tells a life of a node's directory from others of the same count; life 0: the first in which it has run.</summary>
    public uint NonceOf(int position, int life) => (uint)_draws.Of(Concern.Incarnation, position, life).NextUInt64();

    /// <summary>The history of a cluster that was formed before the run.</summary>
    private HistoryId FormedHistory()
    {
        ulong root = 1 + (_draws.Of(Concern.History, 0).NextUInt64() >> 1);
        return new HistoryId(0, root, root);
    }

    /// <summary>
    /// The members, as whoever leads has them, or as they were last committed; of a cluster that has not been formed those who are to form it.
    /// </summary>
    public Configuration Members => LeaderOr(-1) is >= 0 and var leader ? _nodes[leader].Node!.Raft.Configuration : Checker.CommittedConfiguration ?? _told;

    /// <summary>Whether a node is one that has to get on with the others: not broken for good, a member, on the directory that the members know.</summary>
    public bool TakesPart(SimulatedNode node) => TakesPart(node, Members);

    private bool TakesPart(SimulatedNode node, Configuration members) =>
        node.Aftermath == Aftermath.Whole && members.IsMember(node.Id) && IsIntact(node.Id, members);

    /// <summary>
    /// Whether a disk may be wiped: without it, and all that have been wiped before, there is a quorum in whatever configuration may yet be in effect. As long
    /// as there is none at all, most still have the first disk; and one of those who formed the cluster has it always: those that were all told the same would
    /// form another one (docs/recovery.md; seed 13554).
    /// </summary>
    public bool MayWipe(int position)
    {
        int wiped = _nodes.Count(node => node.WasWiped || node.Position == position);
        if (!Checker.IsFormed && wiped > (_told.Voters.Length - 1) / 2) return false;
        if (!_nodes.Any(node => _told.IsVoter(node.Id) && !node.WasWiped && node.Position != position)) return false;
        foreach (Configuration possible in Checker.PossibleConfigurations)
        {
            if (!possible.IsQuorum(voter => voter != _nodes[position].Id && IsIntact(voter, possible))) return false;
        }

        return true;
    }

    /// <summary>
    /// Whether a change leaves a quorum of voters whose disks have not been wiped. An operator who knows of a wiped disk does not ask for less; the leader may
    /// not know of it yet.
    /// </summary>
    public bool IsSensible(Configuration members, List<MemberChange> changes)
    {
        var voters = new HashSet<NodeId>(members.Voters.ToArray());
        foreach (MemberChange change in changes)
        {
            if (change.Target == MembershipTarget.Voter) voters.Add(_nodes[change.Node].Id);
            else voters.Remove(_nodes[change.Node].Id);
        }

        return voters.Count(voter => IsIntact(voter, members)) >= Configuration.MajorityOf(voters.Count);
    }

    /// <summary>A member of a configuration has the directory that the configuration knows, if it knows one.</summary>
    private bool IsIntact(NodeId id, Configuration members)
    {
        NodeIdentity known = members.IdentityOf(id);
        return known.IsNone || known == _nodes[(int)id.Value - 1].Identity;
    }

    private void Wipe(SimulatedNode node, TimeSpan down)
    {
        node.Wipe();
        Checker.OnWiped(node.Position);
        Queue.After(IsSettled ? TimeSpan.Zero : down, new SimulationEvent(EventKind.Restart, node.Position));
    }

    private void ChangeMembership(SimulatedNode node, MembershipStep step)
    {
        if (node.PausedUntil > Queue.Now) return;
        ChangeMembership(node, [.. step.Changes.Select(change => new MembershipChange(_nodes[change.Node].Id, change.Target))]);
    }

    /// <summary>An operator asks a node that runs.</summary>
    public void ChangeMembership(SimulatedNode node, MembershipChange[] changes)
    {
        Memberships.OnAsked(node.Position, changes);
        node.ChangeMembership(changes);
    }
}
