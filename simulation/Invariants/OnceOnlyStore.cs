using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DEngine.Core;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Workload;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// A node's store, watched: every value that clients write, every text that they append and every addition's name is unique, so one that is applied a
/// second time is seen at once. Compare-and-swaps that do not swap and deletions may repeat without anybody noticing, and are not judged.
/// </summary>
internal sealed class OnceOnlyStore(NodeId node) : IStateMachine
{
    private HashSet<ulong> _applied = [];
    private bool _isToGoWrong;

    /// <summary>Told where a pass has come to.</summary>
    public Action<PassPoint>? Reached { get; set; }

    public WorkloadStore Inner { get; } = new();

    /// <summary>Whether the state shows that a command has had another effect, here or where its snapshot was written.</summary>
    public bool HasGoneWrong => WrongEffect.IsIn(Inner.View());

    public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply)
    {
        Reached?.Invoke(PassPoint.Apply);
        if (WorkloadCommand.TryRead(command, out WorkloadCommand own)) Note(index, own.Text);
        else if (KeyValueCommand.TryRead(command, out KeyValueCommand parsed) && parsed.Operation == KeyValueOperation.Put) Note(index, parsed.Value);
        Inner.Apply(index, command, reply);
        if (!_isToGoWrong) return;
        _isToGoWrong = false;
        Inner.Publish(index);
        WrongEffect.AddTo(Inner, index);
    }

    public void Publish(long appliedIndex)
    {
        Reached?.Invoke(PassPoint.Publish);
        Inner.Publish(appliedIndex);
        Reached?.Invoke(PassPoint.Answer);
    }

    /// <summary>The next command has another effect here than elsewhere.</summary>
    public void GoWrong() => _isToGoWrong = true;

    public IStateCapture Capture() => new WatchedCapture(_applied, Inner.Capture());

    public IStateRestore BeginRestore() => new WatchedRestore(Inner.BeginRestore());

    public void Restore(IStateRestore restore, long appliedIndex)
    {
        var built = (WatchedRestore)restore;
        _applied = built.Applied;
        Inner.Restore(built.Inner, appliedIndex);
    }

    public ulong StateDigest => Inner.StateDigest;

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

    /// <summary>What has been applied is part of the state: the first piece of its snapshots.</summary>
    private sealed class WatchedCapture(HashSet<ulong> applied, IStateCapture inner) : IStateCapture
    {
        private ulong[]? _applied = [.. applied];

        public bool WriteNext(IBufferWriter<byte> output)
        {
            if (_applied is null) return inner.WriteNext(output);
            output.Write(MemoryMarshal.AsBytes(_applied.AsSpan()));
            _applied = null;
            return true;
        }

        public void Dispose() => inner.Dispose();
    }

    private sealed class WatchedRestore(IStateRestore inner) : IStateRestore
    {
        private bool _hasApplied;

        public HashSet<ulong> Applied { get; } = [];

        public IStateRestore Inner => inner;

        public ulong StateDigest => inner.StateDigest;

        public void Read(ReadOnlySpan<byte> piece)
        {
            if (_hasApplied)
            {
                inner.Read(piece);
                return;
            }

            _hasApplied = true;
            Applied.UnionWith(MemoryMarshal.Cast<byte, ulong>(piece).ToArray());
        }

        public void Dispose() => inner.Dispose();
    }
}
