namespace DEngine.Core;

/// <summary>
/// Abandonment (Y6): after an accepted loss a node may come back that holds as committed what the others have given up. It cannot take back what it has
/// applied, and no leader may count it for entries that it holds otherwise. So positions in acknowledgements carry terms, a leader compares them with its own
/// log, and the node that is contradicted takes part no more. It goes on running, and nobody ends by what it says.
/// </summary>
public sealed partial class RaftNode
{
    private long _agreedTerm;
    private long _agreedIndex;

    /// <summary>
    /// A leader's log contradicts what this node holds as committed: it neither votes, campaigns, acknowledges nor serves, until its directory has been
    /// replaced.
    /// </summary>
    public bool IsAbandoned => Standing == DirectoryStanding.Abandoned;

    /// <summary>
    /// Up to here this node's log is known to be its present leader's, entry by entry; 0: nothing is known. Within a term a leader's log only grows, so an
    /// entry of it that was compared once stays compared.
    /// </summary>
    public long AgreedIndex => _agreedTerm == Term ? _agreedIndex : 0;

    /// <summary>The last entry that this node holds as committed.</summary>
    private LogPosition Committed
    {
        get
        {
            bool isKnown = Log.TryTermAt(CommitIndex, out long term);
            Invariant.Holds(isKnown, "what is committed is known", CommitIndex, Log.Base);
            return new LogPosition(term, CommitIndex);
        }
    }

    /// <summary>
    /// The history from the first entry of a leader on that was elected with the votes of nodes that had accepted a loss: what was given up lies on another
    /// branch (Z6). A node that has accepted it says so with every vote until it has seen that entry committed.
    /// </summary>
    private HistoryId NewBranch() => Configuration.History with { Branch = 1 + (_random.NextUInt64() >> 1) };

    private void OnAgreed(long index)
    {
        _agreedIndex = _agreedTerm == Term ? Math.Max(_agreedIndex, index) : index;
        _agreedTerm = Term;
    }

    /// <summary>
    /// Whether an append contradicts what is committed here: the two logs differ at or before the commit index. A late copy does not, for a leader never
    /// changes an entry in its term.
    /// </summary>
    private bool IsAbandonedBy(LogPosition previous, ReadOnlySpan<Entry> entries)
    {
        if (TellsIfAbandoned()) return true;
        if (IsContradictedBy(previous))
        {
            Abandon(previous);
            return true;
        }

        foreach (ref readonly Entry entry in entries)
        {
            if (entry.Index > CommitIndex) break;
            if (!IsContradictedBy(entry.Position)) continue;
            Abandon(entry.Position);
            return true;
        }

        return false;
    }

    private bool IsContradictedBy(LogPosition position) =>
        position.Index <= CommitIndex && Log.TryTermAt(position.Index, out long term) && term != position.Term;

    /// <summary>A follower claims to hold as committed an entry that this leader's log does not have.</summary>
    private void OnContradicted(PeerProgress peer, LogPosition claimed)
    {
        peer.IsAbandoned = true;
        LogPosition own = Log.TryTermAt(claimed.Index, out long term) ? new LogPosition(term, claimed.Index) : Log.Last;
        Effects.Outbox.Send(peer.Id, Notice(RecoveryStep.Contradiction, 0, own));
    }

    /// <summary>
    /// The leader has no such entry as this node has said to hold as committed. Where the leader's log ended before it: a leader has from its election on
    /// whatever was committed in earlier terms, so if its log has ever ended before an entry of an earlier term, that entry has been given up. Of an entry of
    /// its own term a late message says nothing.
    /// </summary>
    private void OnContradiction(NodeId from, in RecoveryNotice notice)
    {
        if (notice.Term != Term || from != Leader || Role != Role.Follower || TellsIfAbandoned()) return;
        bool endsBefore = notice.Last.Index < CommitIndex && Committed.Term < Term;
        if (endsBefore || IsContradictedBy(notice.Last)) Abandon(notice.Last);
    }

    private void Abandon(LogPosition contradicting)
    {
        Standing = DirectoryStanding.Abandoned;
        Effects.Recovery.Add(new RecoveryEvent(RecoveryStage.Abandoned, Recovery, Committed, contradicting));
        TellsIfAbandoned();
    }

    /// <summary>Tells the leader, whenever that has sent something: it may be a new one.</summary>
    private bool TellsIfAbandoned()
    {
        if (IsAbandoned) Effects.Outbox.Send(Leader, Notice(RecoveryStep.Abandoned, 0, Committed));
        return IsAbandoned;
    }
}
