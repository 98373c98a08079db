using System.Buffers;

namespace DEngine.Core;

/// <summary>
/// Everything replicated as of one applied entry, held still while the node goes on. Made by the loop; written out by one other thread, piece by piece.
/// </summary>
public sealed class SnapshotCapture : IDisposable
{
    private readonly Queue<byte[]> _sessions;
    private readonly IStateCapture _state;

    internal SnapshotCapture(LogPosition last, Queue<byte[]> sessions, IStateCapture state)
    {
        Last = last;
        _sessions = sessions;
        _state = state;
    }

    /// <summary>Position of the last entry whose effect is in it.</summary>
    public LogPosition Last { get; }

    /// <summary>Writes the next piece; false, with nothing written, when there are no more.</summary>
    public bool WriteNext(IBufferWriter<byte> output, out SnapshotSection section)
    {
        ArgumentNullException.ThrowIfNull(output);
        section = SnapshotSection.Sessions;
        if (_sessions.TryDequeue(out byte[]? piece))
        {
            output.Write(piece);
            return true;
        }

        section = SnapshotSection.State;
        return _state.WriteNext(output);
    }

    /// <summary>Lets go of the state.</summary>
    public void Dispose() => _state.Dispose();
}
