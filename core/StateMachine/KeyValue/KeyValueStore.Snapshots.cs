using System.Buffers;

namespace DEngine.Core;

/// <content>
/// Snapshots: a capture is the published root, which never changes; a restore builds a tree of its own. Records are in ascending order of key, see
/// <see cref="RecordCodec"/>.
/// </content>
public sealed partial class KeyValueStore
{
    /// <summary>Bytes of a snapshot's pieces, about. Every store that is to give the same snapshot cuts it alike.</summary>
    internal const int PieceBytes = 64 << 10;

    private readonly int _pieceBytes;

    public KeyValueStore()
        : this(PieceBytes)
    {
    }

    /// <param name="pieceBytes">Bytes of a snapshot's pieces, about; small ones let a small state have many.</param>
    internal KeyValueStore(int pieceBytes) => _pieceBytes = pieceBytes;

    /// <inheritdoc/>
    public IStateCapture Capture() => new TreeCapture(_published.Read().Tree, _pieceBytes, _publishedDigest);

    /// <inheritdoc/>
    public IStateRestore BeginRestore() => new TreeRestore();

    /// <inheritdoc/>
    public void Restore(IStateRestore restore, long appliedIndex)
    {
        var built = restore as TreeRestore;
        Invariant.Holds(built is not null, "a store is restored from what it has begun itself");
        _tree = built.Tree;
        _digest = built.StateDigest;
        _lastApplied = 0;
        Publish(appliedIndex);
    }

    /// <summary>Every record passes by here, so this is where memory that has changed by itself is found out.</summary>
    private sealed class TreeCapture(TreeNode root, int pieceBytes, ulong digest) : IStateCapture
    {
        private readonly TreeCursor _cursor = new(root);
        private ulong _written;

        public bool WriteNext(IBufferWriter<byte> output)
        {
            int written = 0;
            while (written < pieceBytes && _cursor.TryNext(out KeyValueRecord? record))
            {
                written += RecordCodec.Write(output, record);
                _written += record.Digest();
            }

            if (written == 0 && _written != digest) throw StateDivergedException.InMemory(digest, _written);
            return written > 0;
        }

        public void Dispose()
        {
        }
    }

    private sealed class TreeRestore : IStateRestore
    {
        public KeyValueTree Tree { get; } = new();

        public ulong StateDigest { get; private set; }

        public void Read(ReadOnlySpan<byte> piece)
        {
            while (!piece.IsEmpty)
            {
                if (!RecordCodec.TryRead(ref piece, out KeyValueRecord? record))
                    throw new InvalidDataException("A snapshot of the key-value store holds a record that cannot be read: another version wrote it.");
                Tree.Add(record);
                StateDigest += record.Digest();
            }
        }

        public void Dispose()
        {
        }
    }
}
