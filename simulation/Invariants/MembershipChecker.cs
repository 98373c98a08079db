using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Judges who is taken for a member, and by what right that changes: a leader changes the members when it was asked to, one change after the other, and not
/// before it has committed in its term (Z1); what a log says of the members is in effect as long as the log says it (Z2); two configurations that follow one
/// another differ by one voter, or the first is joint (Z3); a learner gets its vote when it has caught up; and who has none does not lead. Counted and worked
/// out here, not by the engine's own rules.
/// </summary>
internal sealed class MembershipChecker(SafetyChecker checker, int nodeCount, long learnerLagMax)
{
    private readonly List<MembershipChange[]>[] _asked = [.. Enumerable.Range(0, nodeCount).Select(_ => new List<MembershipChange[]>())];

    /// <summary>An operator asks a node for a change.</summary>
    public void OnAsked(int position, MembershipChange[] changes) => _asked[position].Add(changes);

    /// <summary>A node hands entries to its disk; those of its own term it has made itself, if it leads.</summary>
    public void OnAppended(int position, Node node, PersistBatch batch)
    {
        foreach (ref readonly Entry entry in batch.Entries)
        {
            if (entry.Kind != EntryKind.Configuration || !node.Raft.IsLeader || entry.Term != node.Raft.Term) continue;
            JudgeChange(position, node.Raft, entry);
        }
    }

    /// <summary>A node has been elected: by a majority of each half, as its log says who they are; a cluster is formed by all.</summary>
    /// <param name="node">Who.</param>
    /// <param name="term">The term it leads.</param>
    /// <param name="hasVote">Whether a member, as the directory it is known as, has voted for it in that term.</param>
    public static void OnElected(Node node, long term, Func<Member, bool> hasVote)
    {
        RaftNode raft = node.Raft;
        if (!raft.IsLeader || raft.Term != term) return;
        long before = raft.Log.LastIndex;
        while (raft.Log.TryTermAt(before, out long at) && at == term && before > raft.Log.Base.Index) before--;
        Configuration members = raft.ConfigurationAt(before);
        bool Agrees(Member member) => member.Id == node.Id || hasVote(member);
        bool isElected = members.IsInitial ? Array.TrueForAll(members.Members.ToArray(), Agrees) : Majorities.Agree(members, Agrees);
        if (!isElected) throw new ViolationException($"MEM {node.Id} leads term {term} without the votes of a quorum; the members are {members}");
        bool isVoter = false;
        for (long index = before; !isVoter && index >= raft.CommitIndex; index--) isVoter = raft.ConfigurationAt(index).IsVoter(node.Id);
        if (!isVoter) throw new ViolationException($"MEM {node.Id} leads term {term} and has no vote; the members are {members}");
    }

    /// <summary>A node tells another one to take over.</summary>
    public static void OnHandOver(Node node, NodeId target)
    {
        Configuration members = node.Raft.Configuration;
        if (!members.IsVoter(target)) throw new ViolationException($"MEM {node.Id} hands leadership to {target}, which has no vote; the members are {members}");
    }

    /// <summary>A node has ended a pass.</summary>
    public void OnPass(int position, Node node)
    {
        _asked[position].Clear();
        RaftNode raft = node.Raft;
        if (raft.IsLeader && raft.ConfigurationIndex <= raft.CommitIndex && !raft.Configuration.IsVoter(node.Id))
            throw new ViolationException($"MEM {node.Id} leads on in term {raft.Term}; the members have long been {raft.Configuration}");
        if (raft.IsLeader) JudgeDirectories(raft);
        if (raft.IsRecovering || checker.ConfigurationIn(raft.Log) is not { } known || known.Configuration.Equals(raft.Configuration)) return;
        throw new ViolationException($"MEM {node.Id} takes the members to be {raft.Configuration}; its log says, at {known.Position}, {known.Configuration}");
    }

    /// <summary>Who leads counts nobody for the directory that it had before (Z4).</summary>
    private static void JudgeDirectories(RaftNode leader)
    {
        foreach (PeerProgress peer in leader.Peers)
        {
            NodeIdentity known = leader.Configuration.IdentityOf(peer.Id);
            if (!known.IsNone && !peer.Identity.IsNone && peer.Identity != known)
                throw new ViolationException($"IDN {leader.Id} counts {peer.Id} on another directory than the members know it by");
        }
    }

    /// <summary>
    /// The first entry of a leader that says that the history branches off after an accepted loss (Z6): the members are the same, so that it is no change of
    /// them.
    /// </summary>
    private static bool BranchesOff(RaftNode leader, in Entry entry, Configuration before, Configuration next) =>
        leader.Log.TryTermAt(entry.Index - 1, out long term) && term < entry.Term && before.History.IsFormed && before.History.Branch != next.History.Branch
        && before.History.Root == next.History.Root && before.Members.SequenceEqual(next.Members);

    private void JudgeChange(int position, RaftNode leader, in Entry entry)
    {
        Configuration before = leader.ConfigurationAt(entry.Index - 1);
        Configuration next = leader.ConfigurationAt(entry.Index);
        if (BranchesOff(leader, entry, before, next)) return;
        for (long index = entry.Index - 1; index > leader.CommitIndex; index--)
        {
            if (leader.Log[index].Kind == EntryKind.Configuration)
                throw new ViolationException($"MEM {leader.Id} changes the members to {next} at {entry.Position}; the change at {index} is not committed yet");
        }

        // The first entry of all says who forms the cluster; it is what the first leader has to commit.
        bool hasCommitted = leader.Log.TryTermAt(leader.CommitIndex, out long committed) && committed == leader.Term;
        if (!before.IsInitial && !hasCommitted)
            throw new ViolationException($"MEM {leader.Id} changes the members to {next} at {entry.Position}, and has committed nothing in term {leader.Term}");
        if (!IsDue(position, before, next))
            throw new ViolationException($"MEM {leader.Id} changes the members from {before} to {next} at {entry.Position}; nobody has asked for that");
        foreach (ref readonly Member member in next.Members)
        {
            if (HasVote(member) && !before.IsVoter(member.Id)) JudgePromotion(leader, member, entry.Position);
        }
    }

    /// <summary>Who gets a vote has what the leader had then, but for as much as a learner may lag (thesis §4.2.1).</summary>
    private void JudgePromotion(RaftNode leader, in Member promoted, LogPosition at)
    {
        long owed = at.Index - 1 - learnerLagMax;
        if (owed <= leader.Log.Base.Index || !leader.Log.TryTermAt(owed, out long term)) return;
        DurableShadow disk = checker.DiskOf((int)promoted.Id.Value - 1);
        var position = new LogPosition(term, owed);
        if (!disk.Holds(position) && !disk.HasLost(position))
            throw new ViolationException($"MEM {leader.Id} gives {promoted.Id} a vote at {at}; its disk holds {disk.LastIndex} entries, and not {position}");
    }

    /// <summary>
    /// A joint configuration is completed, directories become known, or an operator has just asked for it; of several voters at once by way of a joint one that
    /// has all who voted before in its old half.
    /// </summary>
    private bool IsDue(int position, Configuration before, Configuration next)
    {
        SortedDictionary<NodeId, bool> end = EndOf(next);
        bool keepsRoles = EndOf(before).SequenceEqual(end);
        if (before.IsJoint || before.IsInitial) return keepsRoles && !next.IsJoint;
        bool isJointOfThese = !next.IsJoint || before.Members.ToArray().Where(HasVote).All(voter => next.Find(voter.Id) is { WasVoter: true });
        int votersChanged = Math.Max(CountNewVoters(before, next), CountNewVoters(next, before));
        if (!isJointOfThese || (!next.IsJoint && votersChanged > 1)) return false;
        return keepsRoles ? !next.IsJoint : _asked[position].Exists(changes => Change(before, changes).SequenceEqual(end));
    }

    private static int CountNewVoters(Configuration before, Configuration next) =>
        next.Members.ToArray().Count(member => HasVote(member) && !before.IsVoter(member.Id));

    /// <summary>Who is a member when a configuration is joint no more, and whether it has a vote.</summary>
    private static SortedDictionary<NodeId, bool> EndOf(Configuration configuration)
    {
        var end = new SortedDictionary<NodeId, bool>();
        foreach (ref readonly Member member in configuration.Members)
        {
            if (member.Role != MembershipRole.Leaving) end.Add(member.Id, HasVote(member));
        }

        return end;
    }

    private static SortedDictionary<NodeId, bool> Change(Configuration before, MembershipChange[] changes)
    {
        SortedDictionary<NodeId, bool> end = EndOf(before);
        foreach (MembershipChange change in changes)
        {
            if (change.Target == MembershipTarget.Removed) end.Remove(change.Node);
            else end[change.Node] = change.Target == MembershipTarget.Voter;
        }

        return end;
    }

    private static bool HasVote(Member member) => member.Role is MembershipRole.Voter or MembershipRole.Joining;
}
