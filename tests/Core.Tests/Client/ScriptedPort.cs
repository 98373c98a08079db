using System.Buffers.Binary;

namespace DEngine.Core.Tests.Client;

/// <summary>The cluster as a client sees it: notes every attempt, answers only as told.</summary>
internal sealed class ScriptedPort : ISessionPort
{
    public SessionClient Client { get; set; } = null!;

    public List<(ulong Attempt, EntryKind Kind, byte[] Payload)> Sent { get; } = [];

    public List<(ulong Id, OperationOutcome Outcome)> Completed { get; } = [];

    /// <summary>Answers on the spot, before Send returns; null leaves the attempt open.</summary>
    public Func<EntryKind, CommandStatus?>? OnTheSpot { get; set; }

    /// <summary>Called when an operation is given back.</summary>
    public Action<ulong>? AfterCompletion { get; set; }

    public TimeSpan Now { get; set; }

    public int DeepestStack { get; private set; }

    public ulong NextSessionId { get; set; } = 100;

    public void Send(ulong attempt, EntryKind kind, ReadOnlyMemory<byte> payload, TimeSpan now)
    {
        Sent.Add((attempt, kind, payload.ToArray()));
        if (OnTheSpot?.Invoke(kind) is { } status) Answer(attempt, status, kind);
    }

    public void Complete(ulong operation, OperationOutcome outcome, ReadOnlySpan<byte> reply)
    {
        Completed.Add((operation, outcome));
        if (Completed.Count % 500 == 0) DeepestStack = Math.Max(DeepestStack, new System.Diagnostics.StackTrace().FrameCount);
        AfterCompletion?.Invoke(operation);
    }

    public void Answer(ulong attempt, CommandStatus status, EntryKind kind = EntryKind.Command)
    {
        byte[] reply = [];
        if (kind == EntryKind.RegisterSession && status == CommandStatus.Applied)
        {
            reply = new byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(reply, NextSessionId++);
        }

        Client.OnResult(attempt, status, reply, Now);
    }

    public void AnswerLast(CommandStatus status) => Answer(Sent[^1].Attempt, status, Sent[^1].Kind);

    /// <summary>Session, sequence and "acknowledged below" of an attempt.</summary>
    public (ulong Session, ulong Sequence, ulong AcknowledgedBelow) EnvelopeOf(int sent)
    {
        Assert.True(SessionEnvelope.TryRead(Sent[sent].Payload, out SessionEnvelope envelope));
        return (envelope.SessionId, envelope.Sequence, envelope.AcknowledgedBelow);
    }
}
