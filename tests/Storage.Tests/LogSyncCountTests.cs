using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>What is written beside the log, so that an end that goes missing is missed, costs a group no sync.</summary>
public sealed class LogSyncCountTests
{
    [Fact]
    public void A_group_of_entries_is_one_write_one_sync_and_one_write_into_memory()
    {
        List<DiskOperation> operations = Record(groups: 500, payloadBytes: 100, withVotes: false);
        Assert.Equal(500, Count(operations, DiskOperationKind.Sync, isCopy: false));
        Assert.Equal(0, Count(operations, DiskOperationKind.Sync, isCopy: true));
        Assert.Equal(500, Count(operations, DiskOperationKind.Write, isCopy: true));
    }

    [Fact]
    public void A_group_with_a_vote_syncs_the_copy_once()
    {
        List<DiskOperation> operations = Record(groups: 100, payloadBytes: 100, withVotes: true);
        Assert.Equal(100, Count(operations, DiskOperationKind.Sync, isCopy: false));
        Assert.Equal(100, Count(operations, DiskOperationKind.Sync, isCopy: true));
    }

    [Fact]
    public void How_far_the_log_goes_is_synced_once_a_MiB()
    {
        List<DiskOperation> operations = Record(groups: 640, payloadBytes: 64 << 10, withVotes: false);
        Assert.InRange(Count(operations, DiskOperationKind.Sync, isCopy: true), 35, 42);
    }

    private static List<DiskOperation> Record(int groups, int payloadBytes, bool withVotes)
    {
        var recorder = new OperationRecorder();
        var disk = new SimulatedDisk(recorder);
        using WriteAheadLog log = LogHarness.Open(disk, new WriteAheadLogOptions());
        LogHarness.Append(log, term: 1, firstIndex: 1, count: 1);
        recorder.Operations.Clear();
        for (int i = 2; i <= groups + 1; i++)
        {
            PersistBatch batch = LogHarness.Batch(StorageUnderTest.MakeEntry(1, i, payloadBytes));
            if (withVotes) batch.HardState = new HardState(i, new NodeId(1));
            log.Write(batch);
            log.Sync();
        }

        return recorder.Operations;
    }

    private static int Count(List<DiskOperation> operations, DiskOperationKind kind, bool isCopy) =>
        operations.Count(operation => operation.Kind == kind && operation.File == HardStateFile.Name == isCopy);
}
