namespace DEngine.Core;

/// <summary>
/// Identity: a voter is a directory, not a number. One that comes back with an empty directory has forgotten its votes as well as its entries, so it is not
/// that voter: it answers no vote and counts for nothing until a change of the members has replaced it (Z4). The argument is in docs/recovery.md.
/// </summary>
public sealed partial class RaftNode
{
    private readonly HistoryId _historyAtStart;
    private bool _hasToldForming;

    /// <summary>The directory that this node runs on; none in tests that don't care.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>The life of that directory which this run of the node is.</summary>
    public Incarnation Incarnation { get; }

    /// <summary>The history that this node's log belongs to: what its configuration says, or before that what its directory was made with.</summary>
    public HistoryId History => Configuration.History.IsFormed ? Configuration.History : _historyAtStart;

    /// <summary>What this node says of its directory in every greeting, and with every frame.</summary>
    public DirectoryStamp Stamp => new(Identity, Incarnation, History);

    /// <summary>The members know this node as another directory, which has been wiped or swapped: it is not the voter that it was.</summary>
    public bool IsReplaced => Standing == DirectoryStanding.Replaced;

    /// <summary>What this node's directory is to the cluster, as far as the node knows.</summary>
    public DirectoryStanding Standing { get; private set; }

    /// <summary>Nothing is known against this node's directory: only then may it serve linearizable and lease reads.</summary>
    public bool IsMember => Standing == DirectoryStanding.Member;

    /// <summary>A leader says which directory the members know this node as.</summary>
    public void OnIdentityNotice(NodeId from, in IdentityNotice notice, TimeSpan now)
    {
        AdvanceTo(now);
        if (notice.Term == Term && from == Leader) TellIfReplaced(notice.Known);
    }

    /// <summary>
    /// Whether a candidate's question is for this node, as the directory that it is. A candidate that knows nobody's directory yet forms a cluster, and only
    /// who belongs to none helps it.
    /// </summary>
    private bool IsAddressed(NodeIdentity voter) => voter == Identity || (voter.IsNone && Configuration.IdentityOf(Id).IsNone);

    /// <summary>Whether a node that names its directory is the member that it says it is, as far as the members are known here.</summary>
    private bool IsKnownAs(NodeId node, NodeIdentity identity) => Configuration.IdentityOf(node) == identity;

    /// <summary>Whether this directory is one of the voters; a member whose directory is not known may be any.</summary>
    private bool IsVoterOf(Configuration configuration) =>
        configuration.IsVoter(Id) && configuration.IdentityOf(Id) is var known && (known.IsNone || known == Identity);

    /// <summary>Whether an answer is to a question of this directory's: not of one that had the same number before it.</summary>
    private bool IsAnswerToThis(NodeIdentity candidate) => candidate == Identity;

    /// <summary>
    /// The history of a cluster that this leader forms (Z6). There is one such leader: every voter has voted for it, and none of them votes for another one
    /// as long as its own directory, or that of anybody with the leader's entry, is there.
    /// </summary>
    private HistoryId NewHistory() =>
        Identity.IsNone ? HistoryId.None : new HistoryId(_historyAtStart.Backup, 1 + (_random.NextUInt64() >> 1), 1 + (_random.NextUInt64() >> 1));

    private DirectoryStamp DirectoryByVote(NodeId voter) =>
        voter == Id ? Stamp : new DirectoryStamp(_votes.GetValueOrDefault(voter), Incarnation.None, HistoryId.None);

    private void TellIfReplaced(NodeIdentity known)
    {
        bool isReplaced = !known.IsNone && !Identity.IsNone && known != Identity;
        if (isReplaced == IsReplaced || IsAbandoned) return;
        Standing = isReplaced ? DirectoryStanding.Replaced : DirectoryStanding.Member;
        if (isReplaced) Effects.Membership.Add(new MembershipEvent(MembershipStage.Replaced, Configuration, ConfigurationIndex, known));
    }

    private void TellIfForming()
    {
        if (!Configuration.IsInitial || IsAlone || _hasToldForming) return;
        _hasToldForming = true;
        Effects.Membership.Add(new MembershipEvent(MembershipStage.Forming, Configuration, ConfigurationIndex));
    }

    /// <summary>
    /// A peer has named its directory. One that is another than the members know is told so, and nothing that it says counts. Of a member whose directory is
    /// not known yet the first that answers a round of now is taken: a late copy may be of one that had the number before.
    /// </summary>
    private bool IsThatMember(PeerProgress peer, NodeIdentity identity, long round)
    {
        NodeIdentity known = Configuration.IdentityOf(peer.Id);
        if (known == identity)
        {
            peer.Identify(identity);
            return true;
        }

        if (known.IsNone)
        {
            if (peer.Identity.IsNone && round >= peer.FirstRound) peer.Identify(identity);
            return peer.Identity == identity;
        }

        peer.BecomeReplaced();
        Effects.Outbox.Send(peer.Id, new IdentityNotice(Term, known));
        return false;
    }
}
