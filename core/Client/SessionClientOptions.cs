namespace DEngine.Core;

/// <summary>Limits and times of a <see cref="SessionClient"/>.</summary>
public sealed record SessionClientOptions
{
    /// <summary>
    /// Most operations under way at once; at most <see cref="SessionOptions.RememberedRepliesMax"/> of the cluster. More wait their turn.
    /// </summary>
    public int WindowMax { get; init; } = 1024;

    /// <summary>Most operations under way and waiting; more are answered Overloaded at once.</summary>
    public int OperationsMax { get; init; } = 10_000;

    /// <summary>
    /// Wait before the first repeat of an attempt that got nowhere; doubles up to eight times this, and further while attempts end unknown. A new leader
    /// cuts it short.
    /// </summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Wait for the answer to the first attempt before it counts as lost; doubles up to eight times this.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
