namespace DEngine.Core;

/// <summary>
/// Everything replicated, built aside from a snapshot's pieces while the node goes on with what it has; <see cref="Applier.Restore"/> puts it in place.
/// One thread at a time.
/// </summary>
public sealed class SnapshotRestore : IDisposable
{
    private SnapshotDigest? _digest;

    internal SnapshotRestore(SessionTable sessions, IStateRestore state)
    {
        Sessions = sessions;
        State = state;
    }

    internal SessionTable Sessions { get; }

    internal IStateRestore State { get; }

    /// <summary>Digest of the state as read so far; 0: the state machine has none.</summary>
    public ulong StateDigest => State.StateDigest;

    /// <summary>Who the members were at the snapshot's end; null: it does not say (a backup that a new cluster begins with).</summary>
    public Configuration? Configuration { get; private set; }

    /// <summary>What the snapshot says of itself; it has been compared with what was read.</summary>
    /// <exception cref="InvalidDataException">Nothing: the snapshot is not whole, or an earlier version wrote it.</exception>
    internal SnapshotDigest Digest =>
        _digest ?? throw new InvalidDataException("A snapshot ends without a digest of what it holds: another version wrote it. Start with that version.");

    /// <summary>Takes in the next piece, in the order in which <see cref="SnapshotCapture.WriteNext"/> gave them.</summary>
    /// <exception cref="InvalidDataException">The piece is none of a snapshot's: its checksum was right, so another version wrote it.</exception>
    public void Read(SnapshotSection section, ReadOnlySpan<byte> piece)
    {
        switch (section)
        {
            case SnapshotSection.Sessions:
                Sessions.ReadFrom(piece);
                break;
            case SnapshotSection.State:
                State.Read(piece);
                break;
            case SnapshotSection.Digest:
                ReadDigest(piece);
                break;
            case SnapshotSection.Configuration:
                Configuration = ConfigurationFormat.TryRead(piece)
                    ?? throw new InvalidDataException("A snapshot's list of members cannot be read: another version wrote it. Start with that version.");
                break;
            default:
                throw new InvalidDataException($"A snapshot holds a section of kind {(byte)section}, which this version does not know.");
        }
    }

    private void ReadDigest(ReadOnlySpan<byte> piece)
    {
        if (!SnapshotDigest.TryRead(piece, out SnapshotDigest digest)) throw new InvalidDataException("A snapshot's digest is not 16 bytes long: another version wrote it.");
        if (digest.State != State.StateDigest)
        {
            throw new InvalidDataException(
                $"A snapshot says that its state comes to {digest.State:x16}, and it comes to {State.StateDigest:x16}: the node that wrote it had damaged memory. "
                + "Take that node out of service, and use an older snapshot or a backup.");
        }

        _digest = digest;
    }

    /// <summary>Lets go of what was not put in place.</summary>
    public void Dispose() => State.Dispose();
}
