namespace DEngine.Core;

/// <summary>Snapshots: when one is due, and what has become of what was asked for.</summary>
public sealed partial class Node
{
    /// <summary>A snapshot that is due by the log's bytes has to cover this part of their limit.</summary>
    private const int BytesWorthwhile = 4;

    private readonly SnapshotPolicy _snapshotPolicy;
    private bool _isSaving;
    private long _appliedBytes;
    private long _bytesInCapture;
    private long _bytesInSnapshot;
    private TimeSpan _nextSaveAt;
    private long _damagedThrough = -1;

    /// <summary>Begins an empty state to build a snapshot's in. Any thread.</summary>
    public SnapshotRestore BeginRestore() => _applier.BeginRestore();

    /// <summary>A request that went to <see cref="ISnapshotPort.Submit"/> has been done.</summary>
    public void OnSnapshot(SnapshotResult result, TimeSpan now)
    {
        _now = now;
        switch (result)
        {
            case SnapshotResult.Saved saved:
                _isSaving = false;
                _bytesInSnapshot = _bytesInCapture;
                if (saved.Snapshot.Last.Index >= _damagedThrough) _damagedThrough = -1;
                _raft.OnSnapshotSaved(saved.Snapshot, now);
                break;
            case SnapshotResult.NotSaved:
                _isSaving = false;
                _nextSaveAt = now + _snapshotPolicy.RetryInterval;
                break;
            case SnapshotResult.BytesRead read:
                SendSnapshotBytes(read);
                read.Bytes.Release();
                break;
            case SnapshotResult.Damaged damaged:
                _raft.MaySendSnapshot(damaged.Request, 0, now);
                OnSnapshotDamaged(damaged.Request.Snapshot);
                break;
            case SnapshotResult.Scrubbed scrubbed:
                if (!scrubbed.Step.DamagedSnapshot.IsNone) OnSnapshotDamaged(scrubbed.Step.DamagedSnapshot);
                break;
            case SnapshotResult.Stored stored:
                _raft.OnSnapshotStored(stored.Snapshot, stored.NextOffset, now);
                break;
            case SnapshotResult.Received received:
                if (received.Snapshot.Last.Index >= _damagedThrough) _damagedThrough = -1;
                Install(received, now);
                break;
            default:
                Invariant.Broken($"unknown result {result}");
                break;
        }
    }

    /// <summary>Holds everything applied still, for a backup; between passes only. To be linearizable, call it after a read that is.</summary>
    /// <remarks>It does not say who the members are: a cluster that begins with it has members of its own.</remarks>
    public SnapshotCapture Capture() => _applier.Capture();

    /// <summary>
    /// Asks for a snapshot of what has been applied, due or not. False when one is being written, or there is nothing that the last one does not have.
    /// </summary>
    public bool SaveSnapshot()
    {
        if (_isSaving || AppliedIndex <= _raft.Snapshot.Last.Index) return false;
        Save();
        return true;
    }

    /// <summary>
    /// Part of the log cannot be read back from the disk any more, and all of it is still in memory: as soon as the entries in it have been applied they go
    /// into a snapshot, and that part of the log is dropped (Y4).
    /// </summary>
    /// <param name="throughIndex">The last entry of that part.</param>
    /// <param name="now">The instant at which it was found.</param>
    public void OnLogDamaged(long throughIndex, TimeSpan now)
    {
        _now = now;
        _raft.DropDue = Math.Max(_raft.DropDue, throughIndex);
    }

    private void Save()
    {
        _isSaving = true;
        _bytesInCapture = _appliedBytes;
        _ports.Snapshots.Submit(new SnapshotRequest.Save(_applier.Capture(_raft.ConfigurationAt(AppliedIndex))));
    }

    /// <summary>An older one is of no use to anybody; in place of the newest another is written, for the state is all here.</summary>
    private void OnSnapshotDamaged(SnapshotId snapshot)
    {
        if (snapshot.Last.Index >= _raft.Snapshot.Last.Index) _damagedThrough = snapshot.Last.Index;
    }

    /// <summary>What is damaged on disk calls for a snapshot, whatever the policy says: of as much as that reached.</summary>
    private bool IsSnapshotOwed =>
        (_damagedThrough >= 0 && AppliedIndex >= _damagedThrough) || (_raft.DropDue > _raft.Snapshot.Last.Index && AppliedIndex >= _raft.DropDue);

    /// <summary>Judged anew after every run, so that no occasion is lost while another snapshot is being written (BUGS S11).</summary>
    private void SaveSnapshotIfDue()
    {
        if (_isSaving || _now < _nextSaveAt) return;
        if (IsSnapshotOwed)
        {
            Save();
            return;
        }

        if (!_snapshotPolicy.IsEnabled) return;
        long since = AppliedIndex - _raft.Snapshot.Last.Index;
        if (since >= _snapshotPolicy.EntriesMax || (since > 0 && _raft.Log.Bytes > _snapshotPolicy.LogBytesMax && IsWorthwhile)) SaveSnapshot();
    }

    /// <summary>
    /// Whether the log would become shorter by a good part of its limit. Where it exceeds that by entries which are not applied yet, a snapshot after each one
    /// that is would write the whole state again and again, for a few bytes.
    /// </summary>
    private bool IsWorthwhile => _appliedBytes - _bytesInSnapshot >= _snapshotPolicy.LogBytesMax / BytesWorthwhile;

    private void SubmitSnapshotRequests(Effects effects)
    {
        foreach (SnapshotRequest request in effects.Snapshots) _ports.Snapshots.Submit(request);
        effects.Snapshots.Clear();
    }

    private void SendSnapshotBytes(SnapshotResult.BytesRead read)
    {
        if (!_raft.MaySendSnapshot(read.Request, read.Bytes.Length, _now)) return;
        _frame.Reset();
        MessageEncoder.Write(_frame, new SnapshotChunk(_raft.Term, read.Request.Snapshot, read.Request.Offset), read.Bytes.Span);
        SendFrame(read.Request.Peer);
    }

    private void Install(SnapshotResult.Received received, TimeSpan now)
    {
        bool replaces = _raft.OnSnapshotReceived(received.Snapshot, received.Restore.Configuration, now);
        if (!replaces)
        {
            received.Restore.Dispose();
            return;
        }

        // What a majority has confirmed was another state; a doubt stays until one confirms this one.
        ConfirmedDigestIndex = 0;
        _bytesInSnapshot = _appliedBytes;
        _applier.Restore(received.Restore, received.Snapshot.Last);
    }
}
