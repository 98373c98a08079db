namespace DEngine.Core;

/// <summary>
/// Membership: a configuration is in effect as soon as it is in the log (paper §6, thesis §4.1). One change after another, and none before the leader has
/// committed in its term (Z1). A change of one voter is simple; a change of several goes through a joint configuration, which the leader completes by itself.
/// </summary>
public sealed partial class RaftNode
{
    /// <summary>How long a leader tries to tell a node that it has been removed, in <see cref="RaftOptions.ElectionTimeoutMax"/>.</summary>
    private const int PatienceWithLeaving = 10;

    private readonly ConfigurationHistory _configurations;

    /// <summary>Who the members are, as of the last configuration in this node's log, committed or not.</summary>
    public Configuration Configuration => _configurations.Current;

    /// <summary>Where that stands in the log; 0: nowhere, it is what the node was started with.</summary>
    public long ConfigurationIndex => _configurations.CurrentIndex;

    /// <summary>Whether this node alone is a quorum.</summary>
    public bool IsAlone => Configuration.IsAlone(Id);

    /// <summary>
    /// Voters campaign; and so does who is none any more by configurations that are not known to be committed, and is or was one by any of them: those who are
    /// left may not have them, and cannot be elected by anybody who has (thesis §4.2.2; seeds 5126, 4646). A node that has restarted knows least.
    /// </summary>
    private bool MayCampaign => _configurations.IsAnyFrom(CommitIndex, IsVoterOf);

    /// <summary>The configuration that was in effect at an index, which is not before the newest snapshot.</summary>
    public Configuration ConfigurationAt(long index) => _configurations.At(index);

    /// <summary>Proposes a change of the members: all of it, or nothing.</summary>
    /// <param name="changes">What becomes of whom; several voters at once go through a joint configuration.</param>
    /// <param name="now">The instant of the request.</param>
    public MembershipStatus ChangeMembership(ReadOnlySpan<MembershipChange> changes, TimeSpan now)
    {
        AdvanceTo(now);
        MembershipStatus status = MayChangeMembership();
        if (status != MembershipStatus.Proposed) return status;
        status = ConfigurationChange.Apply(Configuration, changes, out Configuration next);
        if (status != MembershipStatus.Proposed) return status;
        foreach (NodeId voter in next.Voters)
        {
            if (!Configuration.IsVoter(voter) && !HasCaughtUp(voter)) return MembershipStatus.NotCaughtUp;
        }

        if (!next.IsQuorum(IsAlive)) return MembershipStatus.WouldStop;
        AppendConfiguration(next);
        return status;
    }

    private bool IsAlive(NodeId voter) =>
        voter == Id || (FindPeer(voter) is { Counts: true } peer && _now - peer.LastContact < _options.ElectionTimeoutMax);

    private MembershipStatus MayChangeMembership()
    {
        if (Role != Role.Leader) return MembershipStatus.NotLeader;
        if (!HasCommittedInTerm) return MembershipStatus.NotReady;
        bool isBusy = ConfigurationIndex > CommitIndex || Configuration.IsJoint || !_transferTarget.IsNone;
        return isBusy ? MembershipStatus.Busy : MembershipStatus.Proposed;
    }

    /// <summary>A learner that would hold up commitment as a voter has not (thesis §4.2.1, BUGS M15); nor has one whose directory is not known.</summary>
    private bool HasCaughtUp(NodeId learner) =>
        FindPeer(learner) is { } peer && peer.CountedMatch + _options.LearnerLagMax >= Log.LastIndex && peer.CountedMatch > 0
        && Configuration.IdentityOf(learner).IsNone == Identity.IsNone;

    private void AppendConfiguration(Configuration configuration)
    {
        AppendToLog(EntryKind.Configuration, ConfigurationFormat.Write(configuration));

        // What a majority of the old voters has confirmed is none of the new ones' doing (R3).
        _leaseUntil = null;
        _leaseRoundMin = _round + 1;
    }

    /// <summary>An entry has been added to the log, by this leader or by another one.</summary>
    private void OnAppended(in Entry entry)
    {
        if (entry.Kind != EntryKind.Configuration) return;
        _configurations.Append(entry);
        OnConfigurationChanged();
    }

    private void OnConfigurationChanged()
    {
        BuildPeers();
        Effects.Membership.Add(new MembershipEvent(MembershipStage.InEffect, Configuration, ConfigurationIndex));
        TellIfReplaced(Configuration.IdentityOf(Id));
    }

    /// <summary>
    /// Who gets the log: every member but this node. A leader keeps who has left until they have heard that it is so, or have not been heard from for long:
    /// who does not know would campaign.
    /// </summary>
    private void BuildPeers()
    {
        var peers = new List<PeerProgress>(Configuration.Members.Length);
        foreach (ref readonly Member member in Configuration.Members)
        {
            if (member.Id == Id) continue;
            PeerProgress? known = FindPeer(member.Id);
            if (known is null || known.LeavesAt > 0)
            {
                known = new PeerProgress(member.Id, _options) { FirstRound = _round + 1 };
                known.Reset(Log.LastIndex + 1, _now);
            }

            known.Identify(member.Identity);
            peers.Add(known);
        }

        foreach (PeerProgress peer in _peers)
        {
            if (Role != Role.Leader || Configuration.IsMember(peer.Id)) continue;
            if (peer.LeavesAt == 0) peer.LeavesAt = ConfigurationIndex;
            peers.Add(peer);
        }

        _peers = [.. peers];
    }

    /// <summary>A new leader knows nothing of anybody, and owes nothing to who has left.</summary>
    private void ForgetPeers()
    {
        _peers = [];
        BuildPeers();
    }

    private void LetGoOfWhoLeft()
    {
        foreach (PeerProgress peer in _peers)
        {
            if (!HasLeft(peer)) continue;
            _peers = Array.FindAll(_peers, other => !HasLeft(other));
            return;
        }
    }

    private bool HasLeft(PeerProgress peer) =>
        peer.LeavesAt > 0 && (peer.CommitSent >= peer.LeavesAt || _now - peer.LastContact >= _options.ElectionTimeoutMax * PatienceWithLeaving);

    /// <summary>The commit index of a leader has moved: a change may be over, or go on.</summary>
    private void OnLeaderCommitted()
    {
        if (ConfigurationIndex > CommitIndex) return;
        if (Configuration.IsJoint) AppendConfiguration(Configuration.Completed());
    }

    /// <summary>
    /// A leader that is no voter any more leads until that is committed and everyone has been told (BUGS M8, M9), and then has the best voter campaign at once.
    /// </summary>
    private void StepDownIfRemoved()
    {
        if (ConfigurationIndex > CommitIndex || Configuration.IsVoter(Id)) return;
        if (FurthestPeer() is { } successor) Effects.Outbox.Send(successor.Id, new TimeoutNow(Term));
        BecomeFollower(Term, NodeId.None);
    }

    /// <summary>
    /// Learns which directories the members are that are not known yet, on the first contact: the ones that joined, or all when the cluster was restored from a
    /// backup (Z4).
    /// </summary>
    private void RegisterIdentities()
    {
        if (Identity.IsNone) return;
        foreach (ref readonly Member member in Configuration.Members)
        {
            if (!member.Identity.IsNone || KnownIdentity(member.Id).IsNone) continue;
            if (MayChangeMembership() == MembershipStatus.Proposed) AppendConfiguration(Configuration.WithDirectories(KnownDirectory, Configuration.History));
            return;
        }
    }

    private NodeIdentity KnownIdentity(NodeId node) => KnownDirectory(node).Directory;

    private DirectoryStamp KnownDirectory(NodeId node) =>
        node == Id ? Stamp : new DirectoryStamp(FindPeer(node)?.Identity ?? NodeIdentity.None, Incarnation.None, HistoryId.None);

    /// <summary>The largest value that a quorum has reached. The selector gets null for this node itself.</summary>
    private long ReachedByQuorum(Func<RaftNode, PeerProgress?, long> valueOf) =>
        Configuration.ReachedByQuorum(
            (Node: this, ValueOf: valueOf),
            static (state, voter) => state.ValueOf(state.Node, voter == state.Node.Id ? null : state.Node.FindPeer(voter)));
}
