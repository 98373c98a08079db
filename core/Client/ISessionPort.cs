namespace DEngine.Core;

/// <summary>What became of an operation, after all its attempts.</summary>
public enum OperationOutcome : byte
{
    /// <summary>Applied, exactly once; the reply is the state machine's.</summary>
    Applied = 0,

    /// <summary>Certainly not applied, now or later: no leader was found in time.</summary>
    NoLeader = 1,

    /// <summary>Certainly not applied, now or later: too much is waiting already.</summary>
    Overloaded = 2,

    /// <summary>It may have been applied, or may still be, at most once.</summary>
    Unknown = 3,

    /// <summary>Certainly not applied: the state machine cannot read the command.</summary>
    Malformed = 4,

    /// <summary>Certainly not applied: the leader has no room on its disk.</summary>
    StorageFull = 5,
}

/// <summary>How a <see cref="SessionClient"/> reaches the cluster and its user.</summary>
public interface ISessionPort
{
    /// <summary>
    /// Sends one attempt. Its result comes back through <see cref="SessionClient.OnResult"/>, possibly before this returns, or never.
    /// </summary>
    void Send(ulong attempt, EntryKind kind, ReadOnlyMemory<byte> payload, TimeSpan now);

    /// <summary>Gives an operation back to its user. The reply is valid during the call only.</summary>
    void Complete(ulong operation, OperationOutcome outcome, ReadOnlySpan<byte> reply);
}
