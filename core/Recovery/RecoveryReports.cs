namespace DEngine.Core;

/// <summary>
/// What the voters have said of themselves while there was no leader, to a node that is recovering. A majority that is recovering can elect nobody; only when
/// every voter has spoken is it known which log is the longest that is left (Y3).
/// </summary>
internal sealed class RecoveryReports(Configuration configuration)
{
    /// <summary>How many questions back an answer counts: one may be under way for longer than the next takes to be asked.</summary>
    private const int QuestionsBack = 2;

    private readonly Report?[] _reports = new Report?[configuration.Voters.Length];

    /// <summary>The latest question, counting from 1; 0: none has been asked.</summary>
    public long Question { get; private set; }

    /// <summary>Where the longest log ends that has been reported.</summary>
    public LogPosition Longest
    {
        get
        {
            LogPosition longest = LogPosition.Origin;
            foreach (Report? report in _reports)
            {
                if (report is { } known && known.Last > longest) longest = known.Last;
            }

            return longest;
        }
    }

    /// <summary>There is a leader: what was said before says nothing any more.</summary>
    public void Clear() => Array.Clear(_reports);

    /// <summary>Everybody is asked anew.</summary>
    public void Ask() => Question++;

    /// <summary>A voter has answered a question. What was said before it was asked, in whatever life, says nothing about now.</summary>
    public void Add(NodeId voter, long question, LogPosition last, RecoveryReason reason, bool knowsLeader)
    {
        int position = configuration.PositionOf(voter);
        if (position < 0 || question > Question || (_reports[position] is { } known && known.Question > question)) return;
        _reports[position] = new Report(question, last, reason, knowsLeader);
    }

    /// <summary>Whether so many are recovering, by their latest answers, that the others are no majority.</summary>
    public bool IsMajorityLost()
    {
        int recovering = 0;
        foreach (Report? report in _reports)
        {
            if (report is not { } known || !IsFresh(known)) continue;
            if (known.KnowsLeader) return false;
            if (known.Reason != RecoveryReason.None) recovering++;
        }

        return _reports.Length - recovering < configuration.Majority;
    }

    /// <summary>
    /// Whether every voter has answered lately, none knows a leader, and those who are recovering have lost no more than their logs' ends:
    /// damage may be mended from what others hold, so it is for an operator to give up on it.
    /// </summary>
    public bool IsComplete()
    {
        foreach (Report? report in _reports)
        {
            if (report is not { } known || !IsFresh(known) || known.KnowsLeader || known.Reason == RecoveryReason.Damaged) return false;
        }

        return true;
    }

    private bool IsFresh(in Report report) => report.Question > Question - QuestionsBack;

    private readonly record struct Report(long Question, LogPosition Last, RecoveryReason Reason, bool KnowsLeader);
}
