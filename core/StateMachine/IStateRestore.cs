namespace DEngine.Core;

/// <summary>
/// A state being built from a snapshot, aside from the one in use. One thread at a time, not the loop; handed to <see cref="IStateMachine.Restore"/> when it is
/// whole, or disposed of when the transfer has failed.
/// </summary>
public interface IStateRestore : IDisposable
{
    /// <summary>Takes in the next piece, exactly as <see cref="IStateCapture.WriteNext"/> wrote it.</summary>
    /// <param name="piece">Valid during the call only. Its checksum was right.</param>
    /// <exception cref="InvalidDataException">The piece makes no sense: another version wrote it.</exception>
    void Read(ReadOnlySpan<byte> piece);

    /// <summary>Digest of what has been read, as <see cref="IStateMachine.StateDigest"/> gives it of the same state; computed from the pieces.</summary>
    ulong StateDigest => 0;
}
