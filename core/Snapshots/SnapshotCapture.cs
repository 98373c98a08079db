using System.Buffers;

namespace DEngine.Core;

/// <summary>
/// Everything replicated as of one applied entry, held still while the node goes on. Made by the loop; written out by one other thread, piece by piece.
/// </summary>
public sealed class SnapshotCapture : IDisposable
{
    private readonly SessionCapture _sessions;
    private readonly IStateCapture _state;
    private Configuration? _configuration;
    private SnapshotDigest? _digest;

    internal SnapshotCapture(LogPosition last, Configuration? configuration, SessionCapture sessions, IStateCapture state, SnapshotDigest digest)
    {
        Last = last;
        _configuration = configuration is { IsInitial: false } ? configuration : null;
        _sessions = sessions;
        _state = state;
        _digest = digest;
    }

    /// <summary>Position of the last entry whose effect is in it.</summary>
    public LogPosition Last { get; }

    /// <summary>Writes the next piece; false, with nothing written, when there are no more.</summary>
    /// <exception cref="StateDivergedException">The state is not what its own digest says: something other than a command has changed it.</exception>
    public bool WriteNext(IBufferWriter<byte> output, out SnapshotSection section)
    {
        ArgumentNullException.ThrowIfNull(output);
        section = SnapshotSection.Configuration;
        if (_configuration is { } configuration)
        {
            output.Write(ConfigurationFormat.Write(configuration));
            _configuration = null;
            return true;
        }

        section = SnapshotSection.Sessions;
        if (_sessions.WriteNext(output)) return true;
        section = SnapshotSection.State;
        if (_state.WriteNext(output)) return true;
        if (_digest is not { } digest) return false;
        section = SnapshotSection.Digest;
        digest.Write(output);
        _digest = null;
        return true;
    }

    /// <summary>Lets go of the state.</summary>
    public void Dispose() => _state.Dispose();
}
