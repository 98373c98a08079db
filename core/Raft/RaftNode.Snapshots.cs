namespace DEngine.Core;

/// <summary>Snapshots (paper §7): what of the log is dropped, what a peer is sent that needs what was dropped, and what comes in.</summary>
public sealed partial class RaftNode
{
    private readonly SnapshotPolicy _snapshots;
    private TimeSpan _snapshotBytesAt;
    private SnapshotId _incoming;
    private long _incomingTerm;
    private int _readsUnderWay;
    private TimeSpan _readProgressAt;

    /// <summary>The newest snapshot that is durable here.</summary>
    public SnapshotId Snapshot { get; private set; }

    /// <summary>
    /// The last entry of a part of the log that is damaged on disk: it is dropped as soon as a snapshot covers it, whoever might still need its entries (Y4).
    /// </summary>
    public long DropDue { get; set; }

    /// <summary>
    /// When a part of a snapshot was last read, or asked for after none had been; null when all that was asked for has been. A disk may hang where there is
    /// nothing to be written (seed 2816).
    /// </summary>
    private TimeSpan? ReadingSince => _readsUnderWay > 0 ? _readProgressAt : null;

    /// <summary>A snapshot of this node's own state is durable: what it covers need not be kept.</summary>
    public void OnSnapshotSaved(SnapshotId snapshot, TimeSpan now)
    {
        AdvanceTo(now);
        Invariant.Holds(snapshot.Last.Index <= CommitIndex, "only what is committed is in a snapshot (K1)", snapshot.Last, CommitIndex);
        if (snapshot.Last.Index < Snapshot.Last.Index) return;
        Snapshot = snapshot;
        _configurations.ForgetBefore(snapshot.Last.Index);
    }

    /// <summary>
    /// Drops what the newest snapshot covers, less what followers a little behind may still need, and what must follow a snapshot that is on its way to one;
    /// but memory has a limit. Call it when the messages of a pass have left: they speak of the log as it was. What is to be persisted belongs to the next
    /// pass.
    /// </summary>
    /// <param name="appliedIndex">What has been applied: the rest is still to be read from the log.</param>
    public void Compact(long appliedIndex)
    {
        if (Snapshot.IsNone) return;
        long through = Snapshot.Last.Index - _snapshots.RetainedEntries;
        foreach (PeerProgress peer in _peers)
        {
            if (Role == Role.Leader && peer.Transfer is { } transfer) through = Math.Min(through, transfer.Snapshot.Last.Index);
        }

        if (Log.Bytes > _snapshots.LogBytesMax || (DropDue > Log.Base.Index && DropDue <= Snapshot.Last.Index)) through = Snapshot.Last.Index;
        through = Math.Min(through, appliedIndex);
        if (through < Log.FirstIndex) return;
        Log.DropThrough(through);
        Effects.Persist.DropBefore = through + 1;
    }

    /// <summary>Part of a snapshot has come from a leader.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="chunk">The header.</param>
    /// <param name="bytes">Copied.</param>
    /// <param name="now">The instant of arrival.</param>
    public void OnSnapshotChunk(NodeId from, in SnapshotChunk chunk, ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (!FollowLeader(from, chunk.Term, now) || TellsIfAbandoned()) return;
        LogPosition last = chunk.Snapshot.Last;
        if (last.Index <= CommitIndex)
        {
            // It would take this node back (K3, BUGS S3). The leader finds out whether it has what is committed here (Y6).
            Acknowledge(from, Committed, round: 0);
            return;
        }

        // A late copy must not push out the newer one that has begun to come; a new leader may have an older one, and no other.
        if (Term == _incomingTerm && last.Index < _incoming.Last.Index) return;
        _incoming = chunk.Snapshot;
        _incomingTerm = Term;
        Effects.Snapshots.Add(new SnapshotRequest.Store(chunk.Snapshot, chunk.Offset, SnapshotBytes.CopyOf(bytes)));
    }

    /// <summary>So much of a snapshot has been written here.</summary>
    public void OnSnapshotStored(SnapshotId snapshot, long nextOffset, TimeSpan now)
    {
        AdvanceTo(now);
        if (Role == Role.Leader || Leader.IsNone || Leader == Id) return;
        Effects.Outbox.Send(Leader, new SnapshotProgress(Term, snapshot, nextOffset, Identity));
    }

    /// <summary>A snapshot that a leader sent is whole and durable here.</summary>
    /// <param name="snapshot">Which.</param>
    /// <param name="configuration">In effect at its end; null: it does not say.</param>
    /// <param name="now">The instant at which it was.</param>
    /// <returns>True when the state must be replaced by the snapshot's; else the log itself leads, or has led, to the same state.</returns>
    public bool OnSnapshotReceived(SnapshotId snapshot, Configuration? configuration, TimeSpan now)
    {
        AdvanceTo(now);
        LogPosition last = snapshot.Last;
        if (last.Index > Snapshot.Last.Index) Snapshot = snapshot;
        bool replaces = last.Index > CommitIndex && !Log.Contains(last);
        if (replaces) RestartLog(last, configuration ?? Configuration);
        else CommitUpTo(last.Index);
        if (Role == Role.Leader || Leader.IsNone) return replaces;
        OnMatched(last.Index);
        EndRecoveryIfDone();
        Acknowledge(Leader, last, round: 0);
        return replaces;
    }

    /// <summary>A follower has told how much of a snapshot it has.</summary>
    public void OnSnapshotProgress(NodeId from, in SnapshotProgress response, TimeSpan now)
    {
        if (!AcceptFromPeer(from, response.Term, round: 0, response.Follower, now, out PeerProgress? peer)) return;
        if (peer.Transfer is { } transfer && transfer.Snapshot == response.Snapshot) transfer.OnProgress(response.NextOffset, now);
    }

    /// <summary>Bytes that were asked for have been read: whether they are still to be sent.</summary>
    /// <param name="read">What was asked for.</param>
    /// <param name="count">How many bytes there were: fewer when the snapshot has been removed, in favour of newer ones.</param>
    /// <param name="now">The instant at which they were there.</param>
    public bool MaySendSnapshot(SnapshotRequest.Read read, int count, TimeSpan now)
    {
        AdvanceTo(now);
        if (_readsUnderWay > 0) _readsUnderWay--;
        _readProgressAt = now;
        if (Role != Role.Leader || read.Term != Term) return false;
        if (FindPeer(read.Peer) is not { Transfer: { } transfer } peer || transfer.Snapshot != read.Snapshot) return false;
        if (count == read.Length) return true;
        if (Snapshot != read.Snapshot) peer.BeginTransfer(Snapshot);
        return false;
    }

    /// <summary>
    /// Nothing of the log agrees with the snapshot (or reaches it): the log begins anew behind it. Entries that are cut were not committed, or are in the
    /// snapshot (BUGS S1, S16). The snapshot is durable, so it vouches for everything up to its end, whatever tickets are under way.
    /// </summary>
    private void RestartLog(LogPosition last, Configuration configuration)
    {
        Invariant.Holds(Role != Role.Leader, "a leader has everything that is committed (LC)", last, Log.Last);
        Log.Restart(last);
        Effects.Persist.Truncate(1);
        for (int i = _tickets.Count; i > 0; i--) _tickets.Enqueue(_tickets.Dequeue() with { LastIndex = last.Index });
        _durableIndex = last.Index;
        CommitIndex = last.Index;
        _configurations.Restart(last.Index, configuration);
        OnConfigurationChanged();
    }

    /// <summary>Asks for the next bytes of a snapshot to be read, and sent then: within the window, no faster than allowed (S3).</summary>
    private void SendSnapshot(PeerProgress peer)
    {
        Invariant.Holds(!Snapshot.IsNone, "what was dropped is in a snapshot (K2)", peer.Next, Log.FirstIndex);
        bool goesOn = peer.Transfer is { } current && current.Snapshot.Last.Index >= Log.Base.Index;
        if (!goesOn) peer.BeginTransfer(Snapshot);
        SnapshotTransfer transfer = peer.Transfer!;
        if (transfer.IsQuestionDue)
        {
            transfer.OnAsked(_now);
            Read(peer, transfer, 0);
        }

        while (IsWindowOpen(transfer) && _now >= _snapshotBytesAt)
        {
            int length = (int)Math.Min(_snapshots.ChunkBytes, transfer.Snapshot.Bytes - transfer.Next);
            Read(peer, transfer, length);
            transfer.OnSent(length);
            if (_snapshots.BytesPerSecondMax == 0) continue;
            TimeSpan from = _now > _snapshotBytesAt ? _now : _snapshotBytesAt;
            _snapshotBytesAt = from + TimeSpan.FromSeconds((double)length / _snapshots.BytesPerSecondMax);
        }
    }

    private void Read(PeerProgress peer, SnapshotTransfer transfer, int length)
    {
        if (_readsUnderWay++ == 0) _readProgressAt = _now;
        Effects.Snapshots.Add(new SnapshotRequest.Read(peer.Id, Term, transfer.Snapshot, transfer.Next, length));
    }

    private bool IsWindowOpen(SnapshotTransfer transfer) =>
        !transfer.IsAsking && transfer.Next < transfer.Snapshot.Bytes && transfer.Next - transfer.Confirmed < _snapshots.WindowBytes;

    /// <summary>When more of a snapshot may be sent; null when none waits for that.</summary>
    private TimeSpan? NextSnapshotBytesAt()
    {
        foreach (PeerProgress peer in _peers)
        {
            if (peer.Transfer is { } transfer && IsWindowOpen(transfer)) return _snapshotBytesAt;
        }

        return null;
    }
}
