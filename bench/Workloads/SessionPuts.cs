using DEngine.Core;

namespace DEngine.Bench;

/// <summary>Puts to one key from one client session, each acknowledging the replies before it; published every 100.</summary>
internal sealed class SessionPuts : IWorkload
{
    private readonly Applier _applier = new(new KeyValueStore(), new SessionOptions());
    private readonly byte[] _command;
    private readonly byte[] _payload;
    private readonly ulong _session;
    private ulong _sequence;

    public SessionPuts()
    {
        KeyValueCommand command = KeyValueCommand.Put("key"u8, new byte[Sizes.Payload]);
        _command = new byte[command.Size];
        command.Write(_command);
        _payload = new byte[SessionEnvelope.HeaderSize + _command.Length];
        _applier.Apply(new Entry(new LogPosition(1, 1), EntryKind.RegisterSession, default), out ReadOnlySpan<byte> reply);
        bool registered = Applier.TryReadSessionId(reply, out _session);
        Invariant.Holds(registered, "a session is registered");
    }

    public void Run()
    {
        _sequence++;
        new SessionEnvelope(_session, _sequence, _sequence - 1, _command).Write(_payload);
        var entry = new Entry(new LogPosition(1, _applier.AppliedIndex + 1), EntryKind.Command, _payload);
        ApplyStatus status = _applier.Apply(entry, out _);
        Invariant.Holds(status == ApplyStatus.Applied, "a new command is applied");
        if (_sequence % Sizes.SyncThreshold == 0) _applier.Publish();
    }
}
