namespace DEngine.Core;

/// <summary>
/// The seam for whatever keeps a node's snapshots. At most one is being written and at most one is coming in at a time. Called by one thread at a time;
/// calls may block.
/// </summary>
public interface ISnapshotStorage : IDisposable
{
    /// <summary>Finds the newest whole snapshot and tidies up what an earlier process left half written. Once, before any other call.</summary>
    /// <returns>None: there is none.</returns>
    SnapshotId Open();

    /// <summary>Hands every piece of a snapshot to <paramref name="restore"/>, in order.</summary>
    /// <returns>Its name, as what was read has it; bits that had turned over have been put right.</returns>
    /// <exception cref="StorageDamagedException">It cannot be read back as it was written.</exception>
    /// <exception cref="InvalidDataException">Another version wrote it.</exception>
    SnapshotId Load(SnapshotId snapshot, SnapshotRestore restore);

    /// <summary>The newest whole snapshot that is older than another one; none: there is none.</summary>
    SnapshotId OlderThan(SnapshotId snapshot);

    /// <summary>Takes a damaged snapshot out of use, durably; what there is of it is kept for people to look at.</summary>
    void SetAside(SnapshotId snapshot);

    /// <summary>Begins to write a snapshot; what was being written before is dropped.</summary>
    /// <exception cref="StorageFullException">No room; nothing is left of it.</exception>
    void BeginWrite(LogPosition last);

    /// <summary>Writes the next piece.</summary>
    /// <exception cref="StorageFullException">No room. The caller drops it by <see cref="DropWrite"/>.</exception>
    void Write(SnapshotSection section, ReadOnlySpan<byte> piece);

    /// <summary>Completes it: durable, content and name, on return.</summary>
    /// <exception cref="StorageFullException">No room. The caller drops it by <see cref="DropWrite"/>.</exception>
    SnapshotId FinishWrite();

    /// <summary>Removes what has been written so far.</summary>
    void DropWrite();

    /// <summary>Reads bytes of a snapshot as they travel. What is damaged does not: everything up to their end has been compared with its checksums.</summary>
    /// <returns>Fewer bytes than asked for at the end; 0 when there is no such snapshot any more.</returns>
    /// <exception cref="StorageDamagedException">It is damaged at or before these bytes.</exception>
    int Read(SnapshotId snapshot, long offset, Span<byte> bytes);

    /// <summary>
    /// Reads the next piece of the snapshots that are kept again and compares it with its checksums. A damaged one that an older start could need is left where
    /// it is until a newer one is durable; any other is set aside.
    /// </summary>
    /// <param name="bytesMax">How much to read; 1 and up. One chunk is read whole however long it is.</param>
    ScrubStep Scrub(int bytesMax) => ScrubStep.Nothing;

    /// <summary>Places that <see cref="Load"/> has put right so far.</summary>
    int Repairs => 0;

    /// <summary>Begins to take in a snapshot, or goes on where an earlier attempt, of an earlier process even, has stopped.</summary>
    /// <returns>How many bytes are there.</returns>
    /// <exception cref="StorageFullException">No room; nothing is left of it.</exception>
    long BeginReceive(SnapshotId snapshot);

    /// <summary>Writes bytes behind those that are there.</summary>
    /// <exception cref="StorageFullException">No room. None of the bytes count; may be tried again.</exception>
    void Receive(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// All bytes are there: checks the next few of them and hands their pieces to <paramref name="restore"/>; with the last ones it makes the snapshot durable
    /// under its name. Called until it is over, with the same restore; any other <see cref="BeginReceive"/> gives it up.
    /// </summary>
    /// <exception cref="StorageFullException">No room for its name. It may be checked again, from its beginning, with a new restore.</exception>
    SnapshotCheck FinishReceive(SnapshotRestore restore);

    /// <summary>Removes all whole snapshots but the newest <paramref name="count"/>.</summary>
    void Retain(int count);
}
