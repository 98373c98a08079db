namespace DEngine.Core;

/// <summary>Snapshots: when one is due, and what has become of what was asked for.</summary>
public sealed partial class Node
{
    private readonly SnapshotPolicy _snapshotPolicy;
    private bool _isSaving;
    private TimeSpan _nextSaveAt;

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
            case SnapshotResult.Stored stored:
                _raft.OnSnapshotStored(stored.Snapshot, stored.NextOffset, now);
                break;
            case SnapshotResult.Received received:
                Install(received, now);
                break;
            default:
                Invariant.Broken($"unknown result {result}");
                break;
        }
    }

    /// <summary>Holds everything applied still, for a backup; between passes only. To be linearizable, call it after a read that is.</summary>
    public SnapshotCapture Capture() => _applier.Capture();

    /// <summary>
    /// Asks for a snapshot of what has been applied, due or not. False when one is being written, or there is nothing that the last one does not have.
    /// </summary>
    public bool SaveSnapshot()
    {
        if (_isSaving || AppliedIndex <= _raft.Snapshot.Last.Index) return false;
        _isSaving = true;
        _ports.Snapshots.Submit(new SnapshotRequest.Save(_applier.Capture()));
        return true;
    }

    /// <summary>Judged anew after every run, so that no occasion is lost while another snapshot is being written (BUGS S11).</summary>
    private void SaveSnapshotIfDue()
    {
        if (!_snapshotPolicy.IsEnabled || _isSaving || _now < _nextSaveAt) return;
        long since = AppliedIndex - _raft.Snapshot.Last.Index;
        if (since >= _snapshotPolicy.EntriesMax || (since > 0 && _raft.Log.Bytes > _snapshotPolicy.LogBytesMax)) SaveSnapshot();
    }

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
        bool replaces = _raft.OnSnapshotReceived(received.Snapshot, now);
        if (!replaces)
        {
            received.Restore.Dispose();
            return;
        }

        // What a majority has confirmed was another state; a doubt stays until one confirms this one.
        ConfirmedDigestIndex = 0;
        _applier.Restore(received.Restore, received.Snapshot.Last);
    }
}
