namespace DEngine.Core;

/// <summary>What a node finds in its storage when it starts: the newest snapshot, the log behind it, term and vote.</summary>
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

    /// <summary>What the log's storage has to say.</summary>
    public required LogRecovery Storage { get; init; }

    /// <summary>Reads everything; blocks. A log that a snapshot has overtaken is cut, durably, before this returns.</summary>
    /// <param name="log">Not opened yet.</param>
    /// <param name="snapshots">Not opened yet.</param>
    /// <param name="stateMachine">What the node is to be started with.</param>
    /// <param name="sessions">What the node is to be started with.</param>
    /// <exception cref="StorageDamagedException">Something that was durable once cannot be read.</exception>
    /// <exception cref="InvalidDataException">The snapshot is of another version, or of a cluster with other session options.</exception>
    /// <exception cref="IOException">The device failed.</exception>
    public static NodeRecovery Read(ILogStorage log, ISnapshotStorage snapshots, IStateMachine stateMachine, SessionOptions sessions)
    {
        SnapshotId snapshot = snapshots.Open();
        SnapshotRestore? restore = null;
        if (!snapshot.IsNone)
        {
            restore = new SnapshotRestore(new SessionTable(sessions), stateMachine.BeginRestore());
            snapshots.Load(snapshot, restore);
        }

        var assembly = new LogAssembly(snapshot.Last);
        LogRecovery found = log.Open(assembly.Add);
        RaftLog joined = assembly.Complete(out bool isDiscarded);
        if (isDiscarded)
        {
            log.Write(new PersistBatch { TruncateFrom = 1 });
            log.Sync();
        }

        // The snapshot's own term may have come to the disk before the node's record of it: nobody can have had a vote in a term that was never written down.
        HardState hardState = found.HardState.Term >= snapshot.Last.Term ? found.HardState : new HardState(snapshot.Last.Term, NodeId.None);
        return new NodeRecovery { HardState = hardState, Log = joined, Snapshot = snapshot, Restore = restore, Storage = found };
    }
}
