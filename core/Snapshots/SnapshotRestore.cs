namespace DEngine.Core;

/// <summary>
/// Everything replicated, built aside from a snapshot's pieces while the node goes on with what it has; <see cref="Applier.Restore"/> puts it in place.
/// One thread at a time.
/// </summary>
public sealed class SnapshotRestore : IDisposable
{
    internal SnapshotRestore(SessionTable sessions, IStateRestore state)
    {
        Sessions = sessions;
        State = state;
    }

    internal SessionTable Sessions { get; }

    internal IStateRestore State { get; }

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
            default:
                throw new InvalidDataException($"A snapshot holds a section of kind {(byte)section}, which this version does not know.");
        }
    }

    /// <summary>Lets go of what was not put in place.</summary>
    public void Dispose() => State.Dispose();
}
