namespace DEngine.Configuration;

/// <summary>When a learner becomes a voter (<c>[raft.membership.promotion]</c>, <c>[raft]</c>). No effect in this version.</summary>
public sealed class PromotionOptions
{
    /// <summary>A learner at most so many entries behind the leader is promoted. Default 100, range 0 to 1000000.</summary>
    public int LearnerCatchupThreshold { get; set; } = 100;

    /// <summary>A learner that has not got closer for so many seconds is reported as stale. Default 300, range 1 to 86400.</summary>
    public int StaleLearnerThresholdSeconds { get; set; } = 300;
}
