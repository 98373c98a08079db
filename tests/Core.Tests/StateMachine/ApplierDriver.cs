namespace DEngine.Core.Tests.StateMachine;

/// <summary>Feeds an applier with entries, each with the next index, and keeps what came of the last one.</summary>
internal sealed class ApplierDriver(IStateMachine stateMachine, int sessionsMax = 10, int window = 4)
{
    internal Applier Applier { get; } = new(stateMachine, new SessionOptions { SessionsMax = sessionsMax, RememberedRepliesMax = window });

    internal byte[] Reply { get; private set; } = [];

    internal ulong Register()
    {
        Assert.Equal(ApplyStatus.Applied, Apply(EntryKind.RegisterSession, []));
        Assert.True(Applier.TryReadSessionId(Reply, out ulong session));
        return session;
    }

    internal ApplyStatus Send(ulong session, ulong sequence, byte[] command, ulong acknowledgedBelow = 0)
    {
        byte[] payload = new byte[SessionEnvelope.HeaderSize + command.Length];
        new SessionEnvelope(session, sequence, acknowledgedBelow, command).Write(payload);
        return Apply(EntryKind.Command, payload);
    }

    internal ApplyStatus Apply(EntryKind kind, byte[] payload)
    {
        ApplyStatus status = Applier.Apply(new Entry(new LogPosition(1, Applier.AppliedIndex + 1), kind, payload), out ReadOnlySpan<byte> reply);
        Reply = reply.ToArray();
        return status;
    }
}
