using System.Buffers;

namespace DEngine.Core;

/// <summary>
/// Does what a node asks about its snapshots, in steps that each move one piece, so that a peer's transfer and a long save take turns. Whoever drives it
/// decides on which thread and when: in production a thread of its own, in the simulator the event queue. One thread at a time.
/// </summary>
/// <param name="storage">Opened already.</param>
/// <param name="retainCount">Whole snapshots that are kept; 1 and up.</param>
/// <param name="beginRestore">Makes an empty state to build a snapshot's in.</param>
public sealed class SnapshotWork(ISnapshotStorage storage, int retainCount, Func<SnapshotRestore> beginRestore)
{
    private readonly Queue<SnapshotRequest> _requests = new();
    private readonly Queue<SnapshotCapture> _captures = new();
    private readonly ArrayBufferWriter<byte> _piece = new(128 << 10);
    private SnapshotCapture? _saving;
    private SnapshotId _receiving;
    private SnapshotRestore? _finishing;
    private SnapshotId _lastReceived;
    private long _received;
    private bool _isSavesTurn;

    /// <summary>A snapshot of the node's own state is being written, or is to be.</summary>
    public bool IsSaving => _saving is not null || _captures.Count > 0;

    /// <summary>There is a step to do.</summary>
    public bool HasWork => IsSaving || _finishing is not null || _requests.Count > 0;

    public void Add(SnapshotRequest request)
    {
        if (request is SnapshotRequest.Save save) _captures.Enqueue(save.Capture);
        else _requests.Enqueue(request);
    }

    /// <summary>Does one step; null when it has not come to a result.</summary>
    /// <exception cref="IOException">The device failed: nothing that depends on it may go on.</exception>
    public SnapshotResult? Step()
    {
        _isSavesTurn = IsSaving && (!_isSavesTurn || (_finishing is null && _requests.Count == 0));
        if (_isSavesTurn) return StepSave();
        if (_finishing is not null) return StepFinish(_finishing);
        return _requests.TryDequeue(out SnapshotRequest? request) ? Do(request) : null;
    }

    /// <summary>Reads the next piece of what is kept again, beside everything else; see <see cref="ISnapshotStorage.Scrub"/>.</summary>
    /// <exception cref="IOException">The device failed: nothing that depends on it may go on.</exception>
    public ScrubStep Scrub(int bytesMax) => storage.Scrub(bytesMax);

    private SnapshotResult? Do(SnapshotRequest request)
    {
        switch (request)
        {
            case SnapshotRequest.Read read:
                return Read(read);
            case SnapshotRequest.Store store:
                SnapshotResult? result = Store(store);
                store.Bytes.Release();
                return result;
            default:
                Invariant.Broken($"unknown request {request}");
                return null;
        }
    }

    private SnapshotResult? StepSave()
    {
        try
        {
            if (_saving is null)
            {
                _saving = _captures.Dequeue();

                // A process that ended before it got to this may have left one too many, and this one may need the room (S3).
                storage.Retain(retainCount);
                storage.BeginWrite(_saving.Last);
                return null;
            }

            _piece.ResetWrittenCount();
            if (_saving.WriteNext(_piece, out SnapshotSection section))
            {
                storage.Write(section, _piece.WrittenSpan);
                return null;
            }

            SnapshotId saved = storage.FinishWrite();
            storage.Retain(retainCount);
            EndSave();
            return new SnapshotResult.Saved(saved);
        }
        catch (StorageFullException)
        {
            storage.DropWrite();
            EndSave();
            return new SnapshotResult.NotSaved();
        }
    }

    private void EndSave()
    {
        _saving?.Dispose();
        _saving = null;
    }

    private SnapshotResult Read(SnapshotRequest.Read read)
    {
        SnapshotBytes bytes = SnapshotBytes.Rent(read.Length);
        try
        {
            if (read.Length > 0) bytes.Shorten(storage.Read(read.Snapshot, read.Offset, bytes.Span));
            return new SnapshotResult.BytesRead(read, bytes);
        }
        catch (StorageDamagedException problem)
        {
            bytes.Release();
            return new SnapshotResult.Damaged(read, problem.Message);
        }
    }

    private SnapshotResult? Store(SnapshotRequest.Store store)
    {
        // A question that has waited while the snapshot was put together.
        if (store.Snapshot == _lastReceived) return new SnapshotResult.Stored(store.Snapshot, store.Snapshot.Bytes);
        try
        {
            if (store.Snapshot != _receiving)
            {
                _receiving = default;
                storage.Retain(retainCount);
                _received = storage.BeginReceive(store.Snapshot);
                _receiving = store.Snapshot;
            }

            // Bytes that are there already, or that something lost was before, are not needed: the sender is told how far it is.
            if (store.Offset == _received && store.Bytes.Length > 0)
            {
                storage.Receive(store.Bytes.Span);
                _received += store.Bytes.Length;
            }

            if (_received < _receiving.Bytes) return new SnapshotResult.Stored(store.Snapshot, _received);
        }
        catch (StorageFullException)
        {
            return new SnapshotResult.Stored(store.Snapshot, _receiving == store.Snapshot ? _received : 0) { IsFull = true };
        }

        return StepFinish(_finishing = beginRestore());
    }

    /// <summary>What else is asked for waits: it may be about the same snapshot.</summary>
    private SnapshotResult? StepFinish(SnapshotRestore restore)
    {
        SnapshotId snapshot = _receiving;
        SnapshotCheck check;
        try
        {
            check = storage.FinishReceive(restore);
            if (check == SnapshotCheck.GoesOn) return null;
        }
        catch (StorageFullException)
        {
            // No room for its name. All bytes stay: the next question has it checked again.
            _finishing = null;
            restore.Dispose();
            return new SnapshotResult.Stored(snapshot, _received) { IsFull = true };
        }

        _finishing = null;
        _receiving = default;
        _received = 0;
        if (check == SnapshotCheck.Whole)
        {
            _lastReceived = snapshot;
            storage.Retain(retainCount);
            return new SnapshotResult.Received(snapshot, restore);
        }

        restore.Dispose();
        return new SnapshotResult.Stored(snapshot, 0);
    }
}
