using System.Buffers;
using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// The real key-value store, watched: every value that clients write is unique, so a write that is applied a second time is seen at once.
/// Compare-and-swaps that do not swap and deletions may repeat without anybody noticing, and are not judged.
/// </summary>
internal sealed class OnceOnlyStore(NodeId node) : IStateMachine
{
    private readonly HashSet<ulong> _applied = [];

    public KeyValueStore Inner { get; } = new();

    public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply)
    {
        if (KeyValueCommand.TryRead(command, out KeyValueCommand parsed) && parsed.Operation == KeyValueOperation.Put)
        {
            if (!_applied.Add(Fingerprint(parsed.Value)))
                throw new ViolationException($"XO {node} applied a write a second time, at index {index}");
        }

        Inner.Apply(index, command, reply);
    }

    public void Publish(long appliedIndex) => Inner.Publish(appliedIndex);

    public ulong ComputeDigest() => ((IStateMachine)Inner).ComputeDigest();

    private static ulong Fingerprint(ReadOnlySpan<byte> value) =>
        ((ulong)Crc32C.Compute(value) << 32) | Crc32C.Compute(value, 0x5bd1e995);
}
