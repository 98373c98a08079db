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
    /// Holds the state still as it was last published, for a snapshot: what is applied afterwards is not in it. The loop waits for this, so it should cost next
    /// to nothing (a root of a persistent structure, a copy-on-write view).
    /// </summary>
    IStateCapture Capture();

    /// <summary>Begins to build a state from a snapshot, aside from this one. Called by another thread while the loop applies, publishes and reads.</summary>
    IStateRestore BeginRestore();

    /// <summary>Puts a state that was built by <see cref="BeginRestore"/> in the place of this one, and publishes it. The loop waits for this.</summary>
    /// <param name="restore">Whole; this state machine's from here on.</param>
    /// <param name="appliedIndex">Index of the last entry whose effect is in it.</param>
    void Restore(IStateRestore restore, long appliedIndex);

    /// <summary>
    /// A digest of the state as applied so far that is kept up to date by every command, so that asking for it costs nothing: it is asked for after each.
    /// Equal states have equal ones on every machine, a state that was restored from a snapshot included (<see cref="IStateRestore.StateDigest"/>). By it a
    /// replica is found out on which a command has had another effect (S2). 0 from a state machine that keeps none: then entries and replies are compared
    /// only. The loop thread only.
    /// </summary>
    ulong StateDigest => 0;

    /// <summary>
    /// A digest of the whole state as applied so far, published or not: equal states give equal digests on every machine. It may walk everything: for tests,
    /// the simulator and the comparison of replicas. 0 from a state machine that offers none. The loop thread only.
    /// </summary>
    ulong ComputeDigest() => 0;
}
