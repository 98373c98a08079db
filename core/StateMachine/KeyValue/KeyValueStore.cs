using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace DEngine.Core;

/// <summary>
/// The built-in state machine: an ordered map from keys to values. One thread (the loop) applies and publishes; any thread takes a <see cref="View"/> and
/// reads it, without locks and without disturbing the writer.
/// </summary>
public sealed partial class KeyValueStore : IStateMachine, IKeyValueReader
{
    private KeyValueTree _tree = new();
    private readonly PublishedRootCell _published = new();
    private long _lastApplied;
    private ulong _digest;
    private ulong _publishedDigest;

    /// <summary>The newest published state. Any thread; allocates nothing.</summary>
    public KeyValueView View() => new(_published.Read());

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out KeyValueRecord? record) => View().TryGet(key, out record);

    /// <inheritdoc/>
    public KeyValueScan Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit, IList<KeyValueRecord> output)
    {
        KeyValueView view = View();
        bool hasMore = view.Scan(prefix, after, limit, output);
        return new KeyValueScan(view.AppliedIndex, hasMore);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Takes a <see cref="KeyValueCommand"/>, answers with a <see cref="KeyValueReply"/>. Size limits (<see cref="KeyValueLimits"/>) are not looked at: they
    /// guard the log, may differ between versions, and must not decide what a committed entry does.
    /// </remarks>
    public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        Invariant.Holds(index > _lastApplied, "commands reach the store in order of index", index, _lastApplied);
        _lastApplied = index;
        if (!KeyValueCommand.TryRead(command, out KeyValueCommand read))
        {
            new KeyValueReply(KeyValueStatus.Invalid, false, index).Write(reply);
            return;
        }

        new KeyValueReply(KeyValueStatus.Ok, Execute(index, in read), index).Write(reply);
    }

    /// <inheritdoc/>
    public void Publish(long appliedIndex)
    {
        Invariant.Holds(appliedIndex >= _lastApplied, "what is published covers what was applied", appliedIndex, _lastApplied);
        _lastApplied = appliedIndex;
        _publishedDigest = _digest;
        _published.Publish(new PublishedRoot(_tree.Freeze(), appliedIndex, _tree.Count));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The sum of the digests of all records, so that a change costs those of the records that go and come. What goes is read from memory as it is: had it
    /// changed by itself meanwhile, the sum is wrong from there on.
    /// </remarks>
    public ulong StateDigest => _digest;

    /// <inheritdoc/>
    public ulong ComputeDigest()
    {
        var hash = default(StateHash);
        hash.Add((ulong)_tree.Count);
        TreeReader.AddTo(ref hash, _tree.Root);
        return hash.Value();
    }

    /// <summary>Checks the structure of the tree as the writer sees it. For tests and the simulator: walks everything.</summary>
    internal void Validate()
    {
        TreeValidator.Validate(_tree.Root, _tree.Count);
        ulong sum = 0;
        var cursor = new TreeCursor(_tree.Root);
        while (cursor.TryNext(out KeyValueRecord? record)) sum += record.Digest();
        Invariant.Holds(sum == _digest, "the digest that is kept is that of the records (S2)", sum, _digest);
    }

    private bool Execute(long index, in KeyValueCommand command)
    {
        switch (command.Operation)
        {
            case KeyValueOperation.Put:
                Put(in command, index);
                return true;
            case KeyValueOperation.Delete:
                return Remove(command.Key);
            case KeyValueOperation.CompareAndSwap:
                KeyValueRecord? current = _tree.Find(command.Key);
                bool asExpected = command.ExpectsAbsent ? current is null : current is not null && current.HasValue(command.Expected);
                if (asExpected) Put(in command, index);
                return asExpected;
            default:
                Invariant.Broken("a command that was read has a known operation");
                return false;
        }
    }

    private void Put(in KeyValueCommand command, long index)
    {
        KeyValueRecord added = _tree.Put(command.Key, command.Value, index, out KeyValueRecord? replaced);
        if (replaced is not null) _digest -= replaced.Digest();
        _digest += added.Digest();
    }

    private bool Remove(ReadOnlySpan<byte> key)
    {
        if (_tree.Remove(key) is not { } removed) return false;
        _digest -= removed.Digest();
        return true;
    }
}
