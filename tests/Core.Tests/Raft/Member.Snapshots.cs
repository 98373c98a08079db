namespace DEngine.Core.Tests.Raft;

/// <content>A member's snapshots: no bytes, only how many there are.</content>
internal sealed partial class Member
{
    /// <summary>Bytes of every snapshot.</summary>
    public const int SnapshotBytes = 1000;

    private readonly Dictionary<(SnapshotId Snapshot, long Offset), int> _sent = [];
    private readonly Dictionary<SnapshotId, long> _parts = [];
    private SnapshotId _snapshot;

    /// <summary>What has been applied, as far as the log may forget it; everything unless the test says otherwise.</summary>
    public long AppliedIndex { get; set; } = long.MaxValue;

    /// <summary>Snapshots that have taken the place of this member's state.</summary>
    public List<SnapshotId> Installed { get; } = [];

    /// <summary>Bytes of snapshots that this member has sent, to anybody.</summary>
    public int SnapshotBytesSent { get; private set; }

    /// <summary>This member removes its snapshots: what is asked of them comes to nothing.</summary>
    public bool SnapshotsAreGone { get; set; }

    /// <summary>This member's disk does nothing about what is asked of its snapshots.</summary>
    public bool SnapshotReadsHang { get; set; }

    /// <summary>A snapshot of everything committed is durable here.</summary>
    public SnapshotId SaveSnapshot()
    {
        bool known = Raft.Log.TryTermAt(Raft.CommitIndex, out long term);
        Assert.True(known, "what is committed is known");
        _snapshot = new SnapshotId(new LogPosition(term, Raft.CommitIndex), SnapshotBytes, Id.Value);
        Raft.OnSnapshotSaved(_snapshot, _cluster.Now);
        Pump();
        return _snapshot;
    }

    /// <summary>The bytes that a chunk of this member's carries.</summary>
    public byte[] BytesOf(SnapshotChunk chunk) => new byte[_sent.GetValueOrDefault((chunk.Snapshot, chunk.Offset))];

    private void Do(SnapshotRequest request)
    {
        switch (request)
        {
            case SnapshotRequest.Read read:
                if (SnapshotReadsHang) return;
                int count = SnapshotsAreGone ? 0 : read.Length;
                if (!Raft.MaySendSnapshot(read, count, _cluster.Now)) return;
                SnapshotBytesSent += count;
                if (count > 0) _sent[(read.Snapshot, read.Offset)] = count;
                _cluster.Mail.Add(new Letter(Id.Value, read.Peer.Value, new SnapshotChunk(read.Term, read.Snapshot, read.Offset), []));
                break;
            case SnapshotRequest.Store store:
                Store(store);
                break;
            default:
                throw new ArgumentException($"no such request: {request}");
        }
    }

    private void Store(SnapshotRequest.Store store)
    {
        long have = _parts.GetValueOrDefault(store.Snapshot);
        if (store.Offset == have) have += store.Bytes.Length;
        _parts[store.Snapshot] = have;
        if (have < store.Snapshot.Bytes)
        {
            Raft.OnSnapshotStored(store.Snapshot, have, _cluster.Now);
            Pump();
            return;
        }

        _snapshot = store.Snapshot;
        if (Raft.OnSnapshotReceived(store.Snapshot, null, _cluster.Now)) Installed.Add(store.Snapshot);
        Pump();
    }
}
