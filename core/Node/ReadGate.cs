namespace DEngine.Core;

/// <summary>
/// Decides what a caller's thread may read of the published state without asking the loop, and publishes it as one number (R7). The loop sets the gate at two
/// steps of each pass; any thread asks it. Ask first, read the value after.
/// </summary>
/// <remarks>
/// An acknowledged write, or a linearizable read anywhere, rests on a commit index that this leader has sent. So before anything leaves in a pass, the permit
/// of lease reads is withdrawn if something is committed and not published here yet; it is granted again when everything committed is published. A thread
/// that finds the permit valid reads a state that holds everything which had been acknowledged anywhere before it asked. A permit ends by itself at the
/// lease's end: whoever leads then may acknowledge what this node has never heard of.
/// </remarks>
public sealed class ReadGate(IPublishedPermit permit)
{
    /// <summary>The state may be wrong: it is not shown at all.</summary>
    private const long Nothing = long.MinValue;

    /// <summary>The state may be old: only eventual reads are served.</summary>
    private const long EventualOnly = long.MinValue + 1;

    private long _published = EventualOnly;

    /// <summary>Whether a read may be served from the published state at once. Any thread.</summary>
    /// <param name="consistency">What the caller is promised.</param>
    /// <param name="now">The clock of the loop, read before this is called.</param>
    public bool Admits(ReadConsistency consistency, TimeSpan now) => consistency switch
    {
        ReadConsistency.Eventual => permit.Read() != Nothing,
        ReadConsistency.Lease => now.Ticks < permit.Read(),
        ReadConsistency.Linearizable => false,
        _ => throw new InvariantViolationException($"unknown consistency {consistency}"),
    };

    /// <summary>
    /// Before the messages of a pass leave: the lease's permit stays as it is, or goes. A transfer's message lets another node be elected at once, and any
    /// message may carry a commit index that is not applied here.
    /// </summary>
    internal void BeforeSending(RaftNode raft, long appliedIndex, bool isInDoubt, TimeSpan now)
    {
        if (isInDoubt) Publish(Nothing);
        else if (!MayServeByLease(raft, appliedIndex, now) || _published == Nothing) Publish(EventualOnly);
    }

    /// <summary>After a run of entries has been applied and published.</summary>
    internal void AfterApplying(RaftNode raft, long appliedIndex, bool isInDoubt, TimeSpan now)
    {
        if (isInDoubt) Publish(Nothing);
        else if (!MayServeByLease(raft, appliedIndex, now)) Publish(EventualOnly);
        else Publish(raft.IsAlone ? long.MaxValue : raft.LeaseUntil!.Value.Ticks);
    }

    /// <summary>The state may be wrong: from this instant on it is shown to nobody.</summary>
    internal void OnDoubt() => Publish(Nothing);

    /// <summary>The loop has ended: what has been published may still be looked at, with no promise. Loop thread.</summary>
    public void Close()
    {
        if (_published != Nothing) Publish(EventualOnly);
    }

    private static bool MayServeByLease(RaftNode raft, long appliedIndex, TimeSpan now) =>
        raft.TryLeaseRead(now, out long index) && appliedIndex >= index && raft.Standing == DirectoryStanding.Member;

    private void Publish(long value)
    {
        if (value == _published) return;
        _published = value;
        permit.Publish(value);
    }
}

/// <summary>
/// One number that the loop writes and any thread reads: the only place of the gate where memory ordering counts. A reader that reads the state after
/// <see cref="Read"/> must see everything that the loop had written before it published the number which the reader has got; and no reader may get a number
/// that was replaced before the loop's next write to anything that others see.
/// </summary>
public interface IPublishedPermit
{
    /// <summary>Any thread.</summary>
    long Read();

    /// <summary>Loop thread.</summary>
    void Publish(long value);
}

/// <summary>A permit where there is one thread only: in simulations and tests.</summary>
public sealed class PlainPermit : IPublishedPermit
{
    private long _value = long.MinValue + 1;

    /// <inheritdoc/>
    public long Read() => _value;

    /// <inheritdoc/>
    public void Publish(long value) => _value = value;
}
