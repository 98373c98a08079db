using System.Buffers;
using DEngine.Core;

namespace DEngine.Storage.Faster;

/// <content>Snapshots: the bytes of <see cref="KeyValueStore"/>'s, so that either restores the other's.</content>
public sealed partial class FasterKeyValueStore
{
    /// <inheritdoc/>
    public IStateCapture Capture() => new GenerationCapture(_generations, _publishedDigest);

    /// <inheritdoc/>
    public IStateRestore BeginRestore() => new VolumeRestore(NewVolume());

    /// <inheritdoc/>
    public void Restore(IStateRestore restore, long appliedIndex)
    {
        var built = restore as VolumeRestore;
        Invariant.Holds(built is not null, "a store is restored from what it has begun itself");
        _tree = built.Tree;
        _volume = built.TakeVolume();
        _digest = built.StateDigest;
        _superseded = [];
        _lastApplied = 0;
        Publish(appliedIndex);
    }

    /// <summary>Every record passes by here, so this is where memory, or a file, that has changed by itself is found out.</summary>
    private sealed class GenerationCapture(Generations generations, ulong digest) : IStateCapture
    {
        private Generation? _generation = generations.Enter();
        private TreeCursor? _cursor;
        private ulong _written;

        public bool WriteNext(IBufferWriter<byte> output)
        {
            Invariant.Holds(_generation is not null, "a capture is not used after it has been let go");
            _cursor ??= new TreeCursor(_generation.Root);
            int written = 0;
            while (written < KeyValueStore.PieceBytes && _cursor.TryNext(out KeyValueRecord? record))
            {
                KeyValueRecord whole = WithValue(record, _generation.Volume);
                written += RecordCodec.Write(output, whole);
                _written += whole.Digest();
            }

            if (written == 0 && _written != digest) throw StateDivergedException.InMemory(digest, _written);
            return written > 0;
        }

        public void Dispose()
        {
            if (_generation is null) return;
            generations.Leave(_generation);
            _generation = null;
        }
    }

    private sealed class VolumeRestore(ValueVolume volume) : IStateRestore
    {
        private ValueVolume? _volume = volume;

        public KeyValueTree Tree { get; } = new();

        public ulong StateDigest { get; private set; }

        public void Read(ReadOnlySpan<byte> piece)
        {
            Invariant.Holds(_volume is not null, "a restore is not used after it has been put in place or let go");
            while (!piece.IsEmpty)
            {
                if (!RecordCodec.TryRead(ref piece, out KeyValueRecord? record))
                    throw new InvalidDataException("A snapshot of the key-value store holds a record that cannot be read: another version wrote it.");
                _volume.Put(record.ModifyRevision, record.Value.Span);
                ulong digest = record.Digest();
                Tree.Add(WithDigest(record, digest));
                StateDigest += digest;
            }
        }

        public ValueVolume TakeVolume()
        {
            Invariant.Holds(_volume is not null, "a restore is put in place once");
            ValueVolume taken = _volume;
            _volume = null;
            return taken;
        }

        public void Dispose()
        {
            _volume?.Dispose();
            _volume = null;
        }
    }
}
