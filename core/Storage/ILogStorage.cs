namespace DEngine.Core;

/// <summary>
/// The seam for anything that keeps a node's log and hard state: the write-ahead log, the memory log, a user's own. Judged by the public
/// conformance suite (DEngine.Testing). Called by one thread at a time; in production that is the disk thread, so calls may block.
/// </summary>
public interface ILogStorage : IDisposable
{
    /// <summary>
    /// Reads everything back, once, before any other call. Calls <paramref name="onEntry"/> for each surviving entry in order of index.
    /// </summary>
    /// <returns>The hard state as last made durable, and what recovery found on the way.</returns>
    /// <exception cref="StorageDamagedException">Something that was once durable cannot be read. Nothing has been changed on disk.</exception>
    LogRecovery Open(Action<Entry> onEntry);

    /// <summary>
    /// Writes a batch: drop of a prefix, hard state, truncation, entries. Not durable before <see cref="Sync"/>. After a crash in between, what is found is
    /// as if a prefix of the batch's parts (truncation and first entry count as one part; the hard state is one part; a prefix may be
    /// there still although it was dropped) had been written.
    /// </summary>
    /// <exception cref="StorageFullException">
    /// No room. Nothing of this batch counts as written; earlier batches are not touched; may be tried again.
    /// </exception>
    /// <exception cref="IOException">The device failed. The storage must not be used again.</exception>
    void Write(PersistBatch batch);

    /// <summary>Makes everything written durable. A failure is final: after it, nothing may be assumed about what was written (D6, BUGS D12).</summary>
    /// <exception cref="IOException">The device failed. The storage must not be used again.</exception>
    void Sync();

    /// <summary>
    /// Ends its use in order: everything written is durable, and the next opening can tell that nothing has been lost. Call nothing but Dispose after it.
    /// </summary>
    /// <exception cref="IOException">The device failed.</exception>
    void Finish() => Sync();

    /// <summary>
    /// Reads the next piece of what is durable again and compares it with its checksums; puts right what can be, durably before it returns. Changes nothing
    /// that a crash in between could show.
    /// </summary>
    /// <param name="bytesMax">How much to read; 1 and up. One record is read whole however long it is.</param>
    /// <exception cref="IOException">The device failed at putting something right. The storage must not be used again. What cannot be read is no failure but a
    /// finding.</exception>
    ScrubStep Scrub(int bytesMax) => ScrubStep.Nothing;
}

/// <summary>What <see cref="ILogStorage.Open"/> found.</summary>
/// <param name="HardState">Last durable term and vote; default for a new node.</param>
/// <param name="LastPosition">Position of the last entry, or <see cref="LogPosition.Origin"/>.</param>
/// <param name="IsNew">Nothing had ever been written here.</param>
/// <param name="TornBytes">Bytes of a torn tail that were dropped; 0 after a clean stop.</param>
/// <param name="Recovery">Why the log may lack what this node has acknowledged; written down until <see cref="PersistBatch.Recovery"/> says that it is
/// over.</param>
/// <param name="Repairs">Places in which a bit had turned over, or the like, put right from what the log itself knows.</param>
/// <param name="Damage">What of the log cannot be read any more, for people; empty: nothing.</param>
/// <param name="Behind">Set when nothing is missing but a gap that damage has left: what the log ended with, behind that gap, in order. With what was there
/// (<see cref="PersistBatch.Fills"/>) the log is what it was. Null: there is no gap, or more may be missing.</param>
public readonly record struct LogRecovery(
    HardState HardState, LogPosition LastPosition, bool IsNew, long TornBytes, RecoveryReason Recovery = RecoveryReason.None,
    int Repairs = 0, string Damage = "", IReadOnlyList<Entry>? Behind = null);

/// <summary>Part of a log that was once durable can no longer be read. The message names file, offset and what to do.</summary>
public sealed class StorageDamagedException(string message) : IOException(message);

/// <summary>What was found belongs to another data directory. Nothing has been changed. The message names both, and what to do.</summary>
public sealed class ForeignStorageException(string message) : IOException(message);

/// <summary>The device has no room for what was to be written. Nothing already written was touched (D7).</summary>
public sealed class StorageFullException(string message, Exception? inner = null) : IOException(message, inner);
