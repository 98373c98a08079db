namespace DEngine.Core;

/// <summary>What shapes the protocol on one node. All durations are on the node's monotonic clock.</summary>
public sealed record RaftOptions
{
    /// <summary>The largest relative error of a clock's rate that leases allow for: 5%. Quartz clocks are off by 0.01%; virtual machines by more.</summary>
    public const double ClockDriftMax = 0.05;

    /// <summary>Shortest wait for a leader before a campaign; also how long a follower protects a leader it has heard from.</summary>
    public TimeSpan ElectionTimeoutMin { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>Longest wait for a leader before a campaign; above <see cref="ElectionTimeoutMin"/>.</summary>
    public TimeSpan ElectionTimeoutMax { get; init; } = TimeSpan.FromMilliseconds(2000);

    /// <summary>Time between heartbeats; below half of <see cref="ElectionTimeoutMin"/> (BUGS E15).</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a confirmed round lets the leader answer reads alone; bounded by <see cref="LeaseDurationMax"/>.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most entries in one AppendRequest; 1 and up.</summary>
    public int AppendEntriesMax { get; init; } = 1000;

    /// <summary>Most bytes of entries in one AppendRequest, unless a single entry is larger.</summary>
    public int AppendBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Most unanswered AppendRequests to one peer; 1 and up.</summary>
    public int InflightMessagesMax { get; init; } = 256;

    /// <summary>Most unanswered bytes of entries to one peer.</summary>
    public long InflightBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many entries a learner may be behind when it is made a voter; 0 and up.</summary>
    public long LearnerLagMax { get; init; } = 1000;

    /// <summary>
    /// A leader whose clock is slow by <see cref="ClockDriftMax"/> must see its lease end before a follower whose clock is fast by as much stops
    /// protecting it (R3). With 1000 ms and 5%: 904 ms.
    /// </summary>
    public TimeSpan LeaseDurationMax => ElectionTimeoutMin * ((1 - ClockDriftMax) / (1 + ClockDriftMax));

    /// <summary>Throws <see cref="ArgumentException"/> naming the first option that is out of range.</summary>
    public void Validate()
    {
        Check(ElectionTimeoutMin > TimeSpan.Zero, nameof(ElectionTimeoutMin), "must be above 0");
        Check(ElectionTimeoutMax > ElectionTimeoutMin, nameof(ElectionTimeoutMax), "must be above ElectionTimeoutMin");
        Check(HeartbeatInterval > TimeSpan.Zero, nameof(HeartbeatInterval), "must be above 0");
        Check(HeartbeatInterval < ElectionTimeoutMin / 2, nameof(HeartbeatInterval), "must be below half of ElectionTimeoutMin");
        Check(LeaseDuration < LeaseDurationMax, nameof(LeaseDuration), "must be below ElectionTimeoutMin less the drift bound");
        Check(AppendEntriesMax > 0, nameof(AppendEntriesMax), "must be above 0");
        Check(AppendBytesMax > 0, nameof(AppendBytesMax), "must be above 0");
        Check(InflightMessagesMax > 0, nameof(InflightMessagesMax), "must be above 0");
        Check(InflightBytesMax > 0, nameof(InflightBytesMax), "must be above 0");
        Check(LearnerLagMax >= 0, nameof(LearnerLagMax), "must be 0 or above");
    }

    private static void Check(bool allowed, string option, string rule)
    {
        if (!allowed) throw new ArgumentException($"{option} {rule}.", option);
    }
}
