using System.Buffers;
using System.Buffers.Binary;

namespace DEngine.Core.Tests.StateMachine;

/// <summary>Writes down what it is told to apply. Replies with the index, so that a remembered reply cannot be taken for a fresh one.</summary>
internal sealed class RecordingStateMachine : IStateMachine
{
    internal List<(long Index, byte[] Command)> Applied { get; } = [];

    internal long PublishedIndex { get; private set; }

    public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply)
    {
        Applied.Add((index, command.ToArray()));
        BinaryPrimitives.WriteInt64LittleEndian(reply.GetSpan(8), index);
        reply.Advance(8);
    }

    public void Publish(long appliedIndex) => PublishedIndex = appliedIndex;

    public IStateCapture Capture() => throw new NotSupportedException("This state machine is never in a snapshot.");

    public IStateRestore BeginRestore() => throw new NotSupportedException("This state machine is never in a snapshot.");

    public void Restore(IStateRestore restore, long appliedIndex) => throw new NotSupportedException("This state machine is never in a snapshot.");
}
