namespace DEngine.Core;

/// <summary>
/// What the members have said of themselves while there was no leader, to a node that is recovering. A majority that is recovering can elect nobody; only when
/// every member has spoken, learners too, is it known which log is the longest that is left (Y3).
/// </summary>
internal sealed class RecoveryReports
{
    /// <summary>How many questions back an answer counts: one may be under way for longer than the next takes to be asked.</summary>
    private const int QuestionsBack = 2;

    private readonly Dictionary<NodeId, Report> _reports = [];

    /// <summary>The latest question, counting from 1; 0: none has been asked.</summary>
    public long Question { get; private set; }

    /// <summary>Where the longest log of a voter ends that has been reported: one of them is to lead.</summary>
    public LogPosition LongestOfVoters(Configuration configuration) => Longest(configuration.IsVoter);

    /// <summary>Where the longest log of any member ends that has been reported: a running node holds that much.</summary>
    public LogPosition LongestOfMembers(Configuration configuration) => Longest(configuration.IsMember);

    private LogPosition Longest(Func<NodeId, bool> counts)
    {
        LogPosition longest = LogPosition.Origin;
        foreach ((NodeId node, Report report) in _reports)
        {
            if (report.Last > longest && counts(node)) longest = report.Last;
        }

        return longest;
    }

    /// <summary>There is a leader: what was said before says nothing any more.</summary>
    public void Clear() => _reports.Clear();

    /// <summary>Everybody is asked anew.</summary>
    public void Ask() => Question++;

    /// <summary>A member has answered a question. What was said before it was asked, in whatever life, says nothing about now.</summary>
    public void Add(NodeId node, long question, LogPosition last, RecoveryReason reason, bool knowsLeader)
    {
        if (question > Question || (_reports.TryGetValue(node, out Report known) && known.Question > question)) return;
        _reports[node] = new Report(question, last, reason, knowsLeader);
    }

    /// <summary>
    /// Whether a quorum that has lost nothing holds nothing, by their latest answers: then nothing was ever committed. In a cluster that was being formed they
    /// cannot go on without this node, nor it without them.
    /// </summary>
    public bool IsNothingCommitted(Configuration configuration) => configuration.IsQuorum(
        voter => _reports.TryGetValue(voter, out Report report) && IsFresh(report) && !report.KnowsLeader && report.Reason == RecoveryReason.None
            && report.Last == LogPosition.Origin);

    /// <summary>Whether so many are recovering, by their latest answers, that the others are no quorum.</summary>
    public bool IsMajorityLost(Configuration configuration)
    {
        foreach ((NodeId voter, Report report) in _reports)
        {
            if (report.KnowsLeader && IsFresh(report) && configuration.IsVoter(voter)) return false;
        }

        return !configuration.IsQuorum(voter => !(_reports.TryGetValue(voter, out Report report) && IsFresh(report) && report.Reason != RecoveryReason.None));
    }

    /// <summary>
    /// Whether every member has answered lately, learners too, none knows a leader, and those that are recovering have lost no more than their logs' ends:
    /// damage may be mended from what others hold, so it is for an operator to give up on it.
    /// </summary>
    public bool IsComplete(Configuration configuration)
    {
        foreach (ref readonly Member member in configuration.Members)
        {
            bool isKnown = _reports.TryGetValue(member.Id, out Report report) && IsFresh(report);
            if (!isKnown || report.KnowsLeader || report.Reason == RecoveryReason.Damaged) return false;
        }

        return true;
    }

    private bool IsFresh(in Report report) => report.Question > Question - QuestionsBack;

    private readonly record struct Report(long Question, LogPosition Last, RecoveryReason Reason, bool KnowsLeader);
}
