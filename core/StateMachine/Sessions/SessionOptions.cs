namespace DEngine.Core;

/// <summary>
/// Bounds of the session table. They decide which commands are applied, so they are part of the replicated state: every node of a cluster must have the same,
/// and they must not change while the cluster has sessions.
/// </summary>
public sealed record SessionOptions
{
    /// <summary>Most sessions at one time; 1 and up. One more evicts the session whose last command was applied the longest ago.</summary>
    public int SessionsMax { get; init; } = 10_000;

    /// <summary>
    /// Most replies that a session remembers; 1 to 1,048,576. A client may have sequences from the first that it has not acknowledged up to this many in
    /// flight; one further ahead is answered <see cref="ApplyStatus.SessionWindowExceeded"/>. The table's worst case in memory is this times
    /// <see cref="SessionsMax"/> times (24 bytes and a reply); a session takes room for what it has had in flight at most, rounded up to a power of two.
    /// </summary>
    public int RememberedRepliesMax { get; init; } = 1_024;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SessionsMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RememberedRepliesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RememberedRepliesMax, 1 << 20);
    }
}
