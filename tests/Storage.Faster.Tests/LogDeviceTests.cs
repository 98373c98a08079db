using DEngine.Core;
using DEngine.Storage.Tests;
using DEngine.Testing;

namespace DEngine.Storage.Faster.Tests;

/// <summary>Disks that fail or are full.</summary>
public sealed class LogDeviceTests
{
    [Fact]
    public void After_a_device_error_at_any_operation_the_log_refuses_further_use_and_what_was_synced_is_found()
    {
        var script = new LogScript(seed: 7, entries: 120);
        var recorder = new OperationRecorder();
        using (FasterLogStorage log = FasterLogHarness.Open(new SimulatedDisk(recorder))) script.Play(log, new LogModel(LogState.Empty));
        var random = new DeterministicRandom(3);
        foreach (DiskOperation operation in recorder.Operations)
        {
            var disk = new SimulatedDisk(new FaultAt(operation.Ordinal, new DiskFault(DiskFaultKind.IoError)));
            var model = new LogModel(LogState.Empty);
            using var log = new FasterLogStorage(disk, FasterLogHarness.Tiny);
            bool isOpen = false;
            Assert.ThrowsAny<IOException>(() =>
            {
                log.Open(_ => { });
                isOpen = true;
                script.Play(log, model);
            });
            if (isOpen)
            {
                Assert.Throws<IOException>(log.Sync);
                Assert.Throws<IOException>(() => log.Write(FasterLogHarness.Batch(1, 1, 1, 10)));
            }
            disk.PowerLoss(ref random, PowerLossPolicy.Shuffle);
            model.Find(FasterLogHarness.Recover(disk));
        }
    }

    [Fact]
    public void A_full_disk_refuses_a_batch_before_anything_of_it_is_written_and_goes_on_when_there_is_room()
    {
        var disk = new SimulatedDisk { CapacityBytes = 60_000 };
        using (FasterLogStorage log = FasterLogHarness.Open(disk))
        {
            long next = 1;
            Assert.Throws<StorageFullException>(() =>
            {
                for (; next < 1000; next++)
                {
                    log.Write(FasterLogHarness.Batch(1, next, 1, 500));
                    log.Sync();
                }
            });
            Assert.True(next > 20, $"{next}");
            log.Sync();
            Assert.Throws<StorageFullException>(() => log.Write(FasterLogHarness.Batch(1, next, 1, 500)));

            log.Write(new PersistBatch { Ticket = 1, DropBefore = next - 5 });
            log.Sync();
            log.Write(FasterLogHarness.Batch(1, next, 3, 500));
            log.Sync();
            Assert.Equal(next + 2, FasterLogHarness.Recover(disk.Copy()).Entries[^1].Index);
        }
    }

    [Fact]
    public void Room_is_given_back_by_whole_files()
    {
        var disk = new SimulatedDisk();
        using FasterLogStorage log = FasterLogHarness.Open(disk);
        for (long next = 1; next <= 300; next++)
        {
            log.Write(FasterLogHarness.Batch(1, next, 1, 500));
            if (next % 50 == 0) log.Write(new PersistBatch { Ticket = 1, DropBefore = next - 10 });
            log.Sync();
        }
        Assert.True(disk.List().Count <= 6, string.Join(", ", disk.List()));
    }
}
