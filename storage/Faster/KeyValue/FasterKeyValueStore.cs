using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using DEngine.Core;

namespace DEngine.Storage.Faster;

/// <summary>
/// The key-value store for more than fits into memory: the same commands, replies, digests and snapshots as <see cref="KeyValueStore"/>, byte for byte, with
/// the order of keys in memory and the values in FASTER. One thread (the loop) applies and publishes; any thread reads, and may wait for the disk then.
/// </summary>
/// <remarks>
/// A value is written once, under the index of the entry that wrote it, and stays until no published state with a reader shows it. So every state is
/// consistent for as long as it is read, and a snapshot is captured by keeping its state from being tidied up. The files are room to work in, not a copy to
/// come back to: a start begins with none and takes snapshot and log. Only commands that compare a value that is not in memory wait for the disk.
/// </remarks>
public sealed partial class FasterKeyValueStore : IStateMachine, IKeyValueReader, IDisposable
{
    private const string Prefix = "values-";

    private readonly RealDisk _disk;
    private readonly FasterKeyValueOptions _options;
    private readonly Generations _generations;
    private KeyValueTree _tree = new();
    private ValueVolume _volume;
    private List<long> _superseded = [];
    private long _lastApplied;
    private ulong _digest;
    private ulong _publishedDigest;
    private int _volumeCount;

    /// <param name="directory">Its own, made where it is not there. Files that an earlier process has left there are deleted.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">Another process has the directory, or it cannot be made.</exception>
    public FasterKeyValueStore(string directory, FasterKeyValueOptions? options = null)
    {
        _options = options ?? new FasterKeyValueOptions();
        _options.Check();
        _disk = new RealDisk(directory);
        try
        {
            foreach (string name in _disk.List())
            {
                if (name.StartsWith(Prefix, StringComparison.Ordinal)) _disk.Delete(name);
            }
            _volume = NewVolume();
        }
        catch
        {
            _disk.Dispose();
            throw;
        }
        _generations = new Generations(new Generation(_tree.Freeze(), 0, _volume));
    }

    /// <summary>Bytes of values in memory and files, those that have not been tidied away included. The loop's thread.</summary>
    public long ValueBytes => _volume.LogBytes;

    /// <inheritdoc/>
    /// <remarks>See <see cref="KeyValueStore.Apply"/>.</remarks>
    /// <exception cref="IOException">The device failed or is full: the state can only be rebuilt.</exception>
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
        _generations.Publish(new Generation(_tree.Freeze(), appliedIndex, _volume), _superseded);
        _superseded = [];
    }

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<byte> key, [NotNullWhen(true)] out KeyValueRecord? record)
    {
        Generation generation = _generations.EnterCall();
        try
        {
            record = TreeReader.Find(generation.Root, key);
            if (record is null) return false;
            record = WithValue(record, generation.Volume);
            return true;
        }
        finally
        {
            _generations.LeaveCall(generation);
        }
    }

    /// <inheritdoc/>
    public KeyValueScan Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> after, int limit, IList<KeyValueRecord> output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentNullException.ThrowIfNull(output);
        Generation generation = _generations.EnterCall();
        try
        {
            int first = output.Count;
            bool hasMore = TreeReader.Scan(generation.Root, prefix, after, limit, output);
            for (int i = first; i < output.Count; i++) output[i] = WithValue(output[i], generation.Volume);
            return new KeyValueScan(generation.AppliedIndex, hasMore);
        }
        finally
        {
            _generations.LeaveCall(generation);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// As of <see cref="KeyValueStore"/>. In the tree each record has its digest in the place of its value, so that nothing is read to take it off the sum.
    /// </remarks>
    public ulong StateDigest => _digest;

    /// <inheritdoc/>
    public ulong ComputeDigest()
    {
        var hash = default(StateHash);
        hash.Add((ulong)_tree.Count);
        var cursor = new TreeCursor(_tree.Root);
        while (cursor.TryNext(out KeyValueRecord? record)) WithValue(record, _volume).AddTo(ref hash);
        return hash.Value();
    }

    /// <summary>
    /// Closes and deletes the files. Reads under way are waited for, later ones throw <see cref="ObjectDisposedException"/>. Nobody applies any more, or writes
    /// a capture out.
    /// </summary>
    public void Dispose()
    {
        _generations.Dispose();
        _disk.Dispose();
    }

    private static KeyValueRecord WithValue(KeyValueRecord record, ValueVolume volume) => record.WithStoredValue(volume.Read(record.ModifyRevision));

    private ValueVolume NewVolume() => new(_disk, $"{Prefix}{Interlocked.Increment(ref _volumeCount)}-", _options);

    private bool Execute(long index, in KeyValueCommand command)
    {
        KeyValueRecord? current = _tree.Find(command.Key);
        switch (command.Operation)
        {
            case KeyValueOperation.Put:
                Put(index, current, in command);
                return true;
            case KeyValueOperation.Delete:
                if (current is null) return false;
                _tree.Remove(command.Key);
                Supersede(current);
                return true;
            case KeyValueOperation.CompareAndSwap:
                bool asExpected = command.ExpectsAbsent
                    ? current is null
                    : current is not null && command.Expected.SequenceEqual(_volume.Read(current.ModifyRevision));
                if (asExpected) Put(index, current, in command);
                return asExpected;
            default:
                Invariant.Broken("a command that was read has a known operation");
                return false;
        }
    }

    private void Put(long index, KeyValueRecord? current, in KeyValueCommand command)
    {
        _volume.Put(index, command.Value);
        if (current is not null) Supersede(current);
        KeyValueRecord added = _tree.Put(command.Key, [], index, out _);
        ulong digest = added.Digest(command.Value);
        _tree.Add(WithDigest(added, digest));
        _digest += digest;
    }

    private void Supersede(KeyValueRecord record)
    {
        _superseded.Add(record.ModifyRevision);
        _digest -= BinaryPrimitives.ReadUInt64LittleEndian(record.Value.Span);
    }

    private static KeyValueRecord WithDigest(KeyValueRecord record, ulong digest)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, digest);
        return record.WithStoredValue(bytes);
    }
}
