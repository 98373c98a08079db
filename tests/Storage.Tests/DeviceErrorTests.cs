using DEngine.Core;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests;

/// <summary>A device error is final for the instance, and only for it (DESIGN §5 rule 5, BUGS D12).</summary>
public sealed class DeviceErrorTests(ITestOutputHelper output)
{
    [Fact]
    public void After_a_device_error_at_any_operation_the_log_refuses_further_use_and_what_was_synced_is_found()
    {
        var script = new LogScript(seed: 7, entries: 120);
        var recorder = new OperationRecorder();
        using (WriteAheadLog log = LogHarness.Open(new SimulatedDisk(recorder))) script.Play(log, new LogModel(LogState.Empty));
        var random = new DeterministicRandom(3);
        int failures = 0;
        foreach (DiskOperation operation in recorder.Operations)
        {
            var disk = new SimulatedDisk(new FaultAt(operation.Ordinal, new DiskFault(DiskFaultKind.IoError)));
            var model = new LogModel(LogState.Empty);
            using var log = new WriteAheadLog(disk, LogHarness.Tiny);
            Assert.ThrowsAny<IOException>(() =>
            {
                log.Open(_ => { });
                script.Play(log, model);
            });
            failures++;
            if (log.SegmentCount > 0)
            {
                Assert.Throws<IOException>(log.Sync);
                Assert.Throws<IOException>(() => log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, 1))));
                Assert.Throws<IOException>(() => log.DropBefore(1));
            }
            disk.PowerLoss(ref random, PowerLossPolicy.Shuffle);
            model.Find(LogHarness.Recover(disk));
        }
        output.WriteLine($"{failures} device errors");
    }

    /// <summary>Seeds 758 and 3495 of the simulator: the name that could be seen was on no platter, and the power took the whole log.</summary>
    [Fact]
    public void What_is_written_after_a_failed_directory_sync_and_a_new_start_is_durable_in_name_too()
    {
        var recorder = new OperationRecorder();
        LogHarness.Open(new SimulatedDisk(recorder)).Dispose();
        DiskOperation sync = recorder.Operations.First(operation => operation.Kind == DiskOperationKind.SyncDirectory);
        var disk = new SimulatedDisk(new FaultAt(sync.Ordinal, new DiskFault(DiskFaultKind.IoError)));
        Assert.ThrowsAny<IOException>(() => LogHarness.Open(disk));

        disk.ProcessCrash();
        using (WriteAheadLog log = LogHarness.Open(disk)) LogHarness.Append(log, term: 1, firstIndex: 1, count: 3);
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Equal(3, LogHarness.Recover(disk).Entries.Count);
    }

    [Fact]
    public void What_is_found_after_a_failed_sync_is_durable_though_the_pages_were_dropped_as_clean()
    {
        var disk = new SimulatedDisk();
        using WriteAheadLog log = LogHarness.Open(disk);
        LogHarness.Append(log, term: 1, firstIndex: 1, count: 5);
        log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, 6), StorageUnderTest.MakeEntry(1, 7)));
        disk.Faults = new FaultFrom(0, new DiskFault(DiskFaultKind.IoError), DiskOperationKind.Sync);
        Assert.Throws<IOException>(log.Sync);

        // The process is gone; the machine is not, and shows the next one bytes that are on no platter.
        disk.Faults = null;
        disk.ProcessCrash();
        LogState found = LogHarness.Recover(disk);
        Assert.Equal(7, found.Entries.Count);
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.True(found.IsSameAs(LogHarness.Recover(disk)), "what recovery reports, it vouches for");
    }

    [Fact]
    public void A_device_error_during_recovery_is_reported_and_recovery_may_be_tried_again()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            LogHarness.Append(log, term: 1, firstIndex: 1, count: 150);
            log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, 151), StorageUnderTest.MakeEntry(1, 152)));
        }
        var recorder = new OperationRecorder();
        SimulatedDisk dry = disk.Copy();
        dry.Faults = recorder;
        LogHarness.Recover(dry);
        foreach (DiskOperation operation in recorder.Operations)
        {
            SimulatedDisk copy = disk.Copy();
            copy.Faults = new FaultAt(operation.Ordinal, new DiskFault(DiskFaultKind.IoError));
            Assert.Throws<IOException>(() => LogHarness.Recover(copy));
            copy.Faults = null;
            copy.ProcessCrash();
            Assert.InRange(LogHarness.Recover(copy).Entries.Count, 150, 152);
        }
    }
}
