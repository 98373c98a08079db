using DEngine.Core;

namespace DEngine.Simulation.Invariants;

/// <summary>
/// Judges what nodes say of their recoveries against what they have really lost: who has lost what it acknowledged says so, nobody else does, and a loss is
/// accepted only when a majority is hit (Y1, Y3).
/// </summary>
internal sealed class RecoveryChecker(SafetyChecker checker, int nodeCount)
{
    /// <summary>What the log says of a record at its end that may be torn, or damaged by one bit: it does not try to tell (docs/wal-format.md).</summary>
    private const string InDoubt = "but for one bit the record is whole";

    private readonly long[] _acceptedBefore = new long[nodeCount];
    private readonly bool[] _hasLostMajority = new bool[nodeCount];
    private readonly bool[] _hasChanged = new bool[nodeCount];
    private long _accepted;

    /// <summary>A node has started.</summary>
    /// <param name="position">Which.</param>
    /// <param name="node">Its id.</param>
    /// <param name="recovery">What it has found.</param>
    /// <param name="hasLostPower">Its machine has lost power since it was last whole.</param>
    /// <param name="isRotten">Its disk has been damaged.</param>
    public void OnStarted(int position, NodeId node, NodeRecovery recovery, bool hasLostPower, bool isRotten)
    {
        RecoveryReason claimed = recovery.Storage.Recovery;
        bool isDue = checker.DiskOf(position).SaysRecovering;
        _acceptedBefore[position] = _accepted;
        _hasLostMajority[position] = false;
        _hasChanged[position] = false;
        if (claimed == RecoveryReason.UnsyncedLost && !hasLostPower && !isDue)
            throw new ViolationException($"REC {node} takes itself to have lost entries, and its machine has not lost power");
        bool mayBeTorn = (hasLostPower || checker.DiskOf(position).IsWriting) && recovery.Storage.Damage.Contains(InDoubt, StringComparison.Ordinal);
        if (claimed == RecoveryReason.Damaged && !isRotten && !isDue && !mayBeTorn)
            throw new ViolationException($"REC {node} takes its log to be damaged, and its disk is not");
    }

    /// <summary>A node hands a batch to its disk: a gap is not filled any more when something has taken the place of what was behind it (Y5).</summary>
    public void OnSubmitted(int position, NodeId node, PersistBatch batch)
    {
        if (batch.Fills.Count > 0 && _hasChanged[position])
            throw new ViolationException($"REC {node} fills a gap from {batch.Fills[0].Position} on, and has taken in other entries since it started");
        _hasChanged[position] |= batch.EntryCount > 0 || batch.TruncateFrom is not null;
    }

    /// <summary>A node tells of its recovery.</summary>
    public void OnRecovery(int position, NodeId node, RaftLog log, in RecoveryEvent happened)
    {
        DurableShadow disk = checker.DiskOf(position);
        if (CountWhole() <= nodeCount / 2) Array.Fill(_hasLostMajority, true);
        switch (happened.Stage)
        {
            case RecoveryStage.LossAccepted or RecoveryStage.LossOrdered:
                disk.IsLossAccepted = true;
                JudgeLoss(position, node, happened);
                break;
            case RecoveryStage.Filled:
                if (happened.Last == log.Last && disk.FindMissing(log) is { } missing)
                    throw new ViolationException($"REC {node} takes its log for whole again, up to {log.Last}, and lacks {missing}, which its disk had");
                disk.OnRecoveryEnded();
                break;
            case RecoveryStage.Ended:
                if (!disk.IsLossAccepted) JudgeEnd(disk, node, log);
                else if (log.Last < happened.Required)
                    throw new ViolationException($"REC {node} takes its recovery to be over with {log.Last}, and others have kept everything up to {happened.Required}");
                disk.OnRecoveryEnded();
                break;
            default:
                break;
        }
    }

    private void JudgeLoss(int position, NodeId node, in RecoveryEvent happened)
    {
        // Others have accepted the same loss in the lifetime of this node, and may be whole again by now (seed 84).
        bool isKnown = _accepted++ > _acceptedBefore[position];
        int whole = CountWhole();

        // What others have answered was true when they did, in this life of the node: some may be whole again by now (seed 751 of an earlier swarm).
        bool wasDue = isKnown || _hasLostMajority[position];
        if (!wasDue && happened.Stage == RecoveryStage.LossAccepted && whole > nodeCount / 2)
            throw new ViolationException($"REC {node} accepts a loss although {whole} of {nodeCount} nodes have lost nothing");

        // Whoever holds the longest log is to lead; if it holds everything that was committed, nothing is lost after all. Who has been given it again by late
        // messages since it answered the others does not help them (seed 7148).
        if (checker.CommittedCount == 0) return;
        LogPosition last = checker.CommittedAt(checker.CommittedCount);
        int holder = Enumerable.Range(0, nodeCount).FirstOrDefault(i => IsKeptBy(checker.DiskOf(i), last), defaultValue: -1);
        if (holder < 0)
        {
            throw new UnrecoverableException(
                $"a majority lost power at once, and {node} has said so: of {checker.CommittedCount} committed entries the longest log left ends at {happened.Required}");
        }

        // What has been committed without this node since the others answered is none of its loss (seed 21854).
        if (happened.Stage == RecoveryStage.LossAccepted && LastLost(position) is var lost && lost > happened.Required)
            throw new ViolationException($"REC {node} accepts the loss of what is behind {happened.Required}, and had {lost}, and n{holder + 1} holds everything");
    }

    /// <summary>Who takes part again has got back all that is committed of what it had: its word may have been counted for it (Y1).</summary>
    private void JudgeEnd(DurableShadow disk, NodeId node, RaftLog log)
    {
        for (long index = log.Base.Index + 1; index <= checker.CommittedCount; index++)
        {
            LogPosition committed = checker.CommittedAt(index);
            if (disk.HasLost(committed) && !log.Contains(committed))
                throw new ViolationException($"REC {node} takes its recovery to be over, and lacks {committed}, which is committed and its disk had");
        }
    }

    private static bool IsKeptBy(DurableShadow disk, LogPosition position) => disk.Holds(position) && !disk.HasRegained(position);

    /// <summary>The last committed entry that a node has had on its disk and may have lost.</summary>
    private LogPosition LastLost(int position)
    {
        DurableShadow disk = checker.DiskOf(position);
        for (long index = checker.CommittedCount; index >= 1; index--)
        {
            if (disk.HasLost(checker.CommittedAt(index))) return checker.CommittedAt(index);
        }

        return LogPosition.Origin;
    }

    private int CountWhole()
    {
        int whole = 0;
        for (int i = 0; i < nodeCount; i++)
        {
            if (!checker.DiskOf(i).IsIncomplete) whole++;
        }

        return whole;
    }
}
