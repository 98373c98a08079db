namespace DEngine.Core;

/// <summary>What a node finds in its storage when it starts: the newest sound snapshot, the log behind it, term and vote.</summary>
public sealed record NodeRecovery
{
    private NodeRecovery()
    {
    }

    public required HardState HardState { get; init; }

    public required RaftLog Log { get; init; }

    /// <summary>None: there is no snapshot.</summary>
    public required SnapshotId Snapshot { get; init; }

    /// <summary>What the snapshot holds; null without one.</summary>
    public required SnapshotRestore? Restore { get; init; }

    /// <summary>
    /// The history that storage belongs to before a cluster is formed with it: that of the backup which it was restored from. None: it is empty, or the
    /// configuration of its members says which.
    /// </summary>
    public HistoryId History => Restore is { Configuration: null } ? HistoryId.OfBackup(Snapshot) : HistoryId.None;

    /// <summary>What the log's storage has to say; with what a damaged snapshot adds to it.</summary>
    public required LogRecovery Storage { get; init; }

    /// <summary>
    /// Reads everything; blocks. A log that a snapshot has overtaken is cut, and a damaged snapshot is set aside, durably, before this returns.
    /// </summary>
    /// <param name="log">Not opened yet.</param>
    /// <param name="snapshots">Not opened yet.</param>
    /// <param name="stateMachine">What the node is to be started with.</param>
    /// <param name="sessions">What the node is to be started with.</param>
    /// <exception cref="StorageDamagedException">Something that was durable once cannot be read, and the node cannot know what it has promised.</exception>
    /// <exception cref="InvalidDataException">The snapshot is of another version, or of a cluster with other session options.</exception>
    /// <exception cref="IOException">The device failed.</exception>
    public static NodeRecovery Read(ILogStorage log, ISnapshotStorage snapshots, IStateMachine stateMachine, SessionOptions sessions)
    {
        var damaged = new List<SnapshotId>();
        string damage = "";
        SnapshotRestore? restore = null;
        SnapshotId snapshot = snapshots.Open();
        while (!snapshot.IsNone)
        {
            restore = new SnapshotRestore(new SessionTable(sessions), stateMachine.BeginRestore());
            try
            {
                snapshot = snapshots.Load(snapshot, restore);
                break;
            }
            catch (StorageDamagedException problem)
            {
                restore.Dispose();
                restore = null;
                damage += (damage.Length == 0 ? "" : "; ") + problem.Message;
                damaged.Add(snapshot);
                snapshot = snapshots.OlderThan(snapshot);
            }
        }

        var entries = new List<Entry>();
        LogRecovery found = log.Open(entries.Add);
        var assembly = new LogAssembly(snapshot.Last, isIncomplete: found.Recovery == RecoveryReason.Damaged || damaged.Count > 0);
        foreach (Entry entry in entries) assembly.Add(entry);
        RaftLog joined = assembly.Complete(out bool isDiscarded);

        // Where the log goes on from an older snapshot, or from the very beginning, to beyond a damaged one, nothing is lost with that.
        bool isLost = damaged.Count > 0 && joined.LastIndex < damaged[0].Last.Index;
        LogRecovery storage = found with
        {
            Repairs = found.Repairs + snapshots.Repairs,
            Damage = damage.Length == 0 || found.Damage.Length == 0 ? damage + found.Damage : $"{damage}; {found.Damage}",
            Recovery = isLost ? RecoveryReason.Damaged : found.Recovery,
            Behind = isLost || isDiscarded || !Reaches(joined, found.Behind) ? null : found.Behind,
        };
        if (isDiscarded || isLost)
        {
            log.Write(new PersistBatch { TruncateFrom = isDiscarded ? 1 : null, Recovery = isLost ? RecoveryReason.Damaged : null });
            log.Sync();
        }

        // Only now: what was lost with it is written down.
        foreach (SnapshotId aside in damaged) snapshots.SetAside(aside);

        // The snapshot's own term may have come to the disk before the node's record of it: nobody can have had a vote in a term that was never written down.
        HardState hardState = found.HardState.Term >= snapshot.Last.Term ? found.HardState : new HardState(snapshot.Last.Term, NodeId.None);
        return new NodeRecovery { HardState = hardState, Log = joined, Snapshot = snapshot, Restore = restore, Storage = storage };
    }

    /// <summary>There is an entry to be put back before what is behind a gap.</summary>
    private static bool Reaches(RaftLog log, IReadOnlyList<Entry>? behind) => behind is not null && behind[0].Index > log.FirstIndex;
}
