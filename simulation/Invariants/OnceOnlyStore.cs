using System.Buffers;
using System.Buffers.Binary;
using DEngine.Core;
using DEngine.Simulation.Workload;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// A node's store, watched: every value that clients write, every text that they append and every addition's name is unique, so one that is applied a
/// second time is seen at once. Compare-and-swaps that do not swap and deletions may repeat without anybody noticing, and are not judged.
/// </summary>
internal sealed class OnceOnlyStore(NodeId node) : IStateMachine
{
    private readonly HashSet<ulong> _applied = [];

    public WorkloadStore Inner { get; } = new();

    public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply)
    {
        if (WorkloadCommand.TryRead(command, out WorkloadCommand own)) Note(index, own.Text);
        else if (KeyValueCommand.TryRead(command, out KeyValueCommand parsed) && parsed.Operation == KeyValueOperation.Put) Note(index, parsed.Value);
        Inner.Apply(index, command, reply);
    }

    public void Publish(long appliedIndex) => Inner.Publish(appliedIndex);

    public ulong ComputeDigest() => Inner.ComputeDigest();

    private void Note(long index, ReadOnlySpan<byte> value)
    {
        if (!_applied.Add(Fingerprint(value))) throw new ViolationException($"XO {node} applied a write a second time, at index {index}");
    }

    /// <summary>Two checksums of one polynomial would differ by a constant only, and all their words fall into one bucket.</summary>
    private static ulong Fingerprint(ReadOnlySpan<byte> value)
    {
        var hash = new TraceHash();
        hash.Add((ulong)value.Length);
        for (; value.Length >= sizeof(ulong); value = value[sizeof(ulong)..]) hash.Add(BinaryPrimitives.ReadUInt64LittleEndian(value));
        foreach (byte last in value) hash.Add(last);
        hash.Add(0);
        hash.Add(0);
        return hash.Value;
    }
}
