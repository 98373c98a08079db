namespace DEngine.Core;

/// <summary>How far the check of a snapshot has come that was sent by a leader; see <see cref="ISnapshotStorage.FinishReceive"/>.</summary>
public enum SnapshotCheck : byte
{
    /// <summary>There is more to check.</summary>
    GoesOn = 0,

    /// <summary>It is what the sender's is, and durable.</summary>
    Whole = 1,

    /// <summary>It is not: it is gone, and begins anew.</summary>
    Wrong = 2,
}
