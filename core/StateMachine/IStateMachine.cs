using System.Buffers;

namespace DEngine.Core;

/// <summary>
/// The user's seam: what the replicated log is applied to. Deterministic: the same entries in the same order give the same state and the same
/// replies on every node; no clock, no randomness, no I/O in <see cref="Apply"/>. Called by the loop thread only.
/// </summary>
public interface IStateMachine
{
    /// <summary>
    /// Applies one committed command. Writes the reply for the client into <paramref name="reply"/> (kept in the client's session, so keep it short).
    /// A command that makes no sense is answered in the reply, never by an exception: it would stop every replica.
    /// </summary>
    /// <param name="index">Index of the entry: strictly increasing, and the revision of what it changes.</param>
    /// <param name="command">Valid during the call only.</param>
    /// <param name="reply">Where the reply goes; owned by the caller.</param>
    void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply);

    /// <summary>
    /// Ends a run of <see cref="Apply"/> calls: from now on readers may see everything up to <paramref name="appliedIndex"/>. Also called for entries that
    /// change nothing here (a leader's no-op), so that the index readers see keeps up with the log.
    /// </summary>
    void Publish(long appliedIndex);

    /// <summary>
    /// A digest of the whole state as applied so far, published or not: equal states give equal digests on every machine. It may walk everything: for tests,
    /// the simulator and the comparison of replicas. 0 from a state machine that offers none. The loop thread only.
    /// </summary>
    ulong ComputeDigest() => 0;
}
