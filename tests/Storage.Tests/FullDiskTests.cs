using DEngine.Core;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests;

/// <summary>"Full" refuses one batch and nothing else (DESIGN §5 rule 5, BUGS D17).</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private static readonly DiskOperationKind[] Extending = [DiskOperationKind.Create, DiskOperationKind.Write, DiskOperationKind.Rename];

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 100)]
    [InlineData(2, 1_000_000)]
    public void A_refused_batch_leaves_nothing_behind_and_succeeds_when_tried_again(ulong seed, int keptBytes)
    {
        var script = new LogScript(seed, entries: 150);
        int refusals = 0;
        foreach (DiskOperation operation in Operations(script))
        {
            if (!Extending.Contains(operation.Kind) || IsInPlace(operation)) continue;
            var disk = new SimulatedDisk(new FaultAt(operation.Ordinal, new DiskFault(DiskFaultKind.Full, KeptBytes: keptBytes)));
            var model = new LogModel(LogState.Empty);
            using WriteAheadLog? log = OpenOrRefuse(disk);
            if (log is null) continue;
            for (int i = 0; i < script.Steps.Count; i++) refusals += PlayThroughRefusal(script.Steps[i], i, log, model, disk);
            LogHarness.LoseEverythingUnsynced(disk);
            model.Find(LogHarness.Recover(disk));
        }
        output.WriteLine($"{refusals} refused batches");
        Assert.True(refusals > 50);
    }

    [Fact]
    public void A_disk_that_stays_full_keeps_refusing_and_keeps_what_was_acknowledged()
    {
        var script = new LogScript(seed: 5, entries: 120);
        int refusals = 0;
        foreach (DiskOperation operation in Operations(script))
        {
            if (operation.Kind != DiskOperationKind.Write || IsInPlace(operation)) continue;
            var disk = new SimulatedDisk(new FaultFrom(operation.Ordinal, new DiskFault(DiskFaultKind.Full, KeptBytes: 300), Extending));
            var model = new LogModel(LogState.Empty);
            using WriteAheadLog? log = OpenOrRefuse(disk);
            if (log is null) continue;
            for (int i = 0; i < script.Steps.Count; i++)
            {
                int states = model.States.Count;
                try
                {
                    LogScript.Play(script.Steps[i], i, log, model);
                }
                catch (StorageFullException)
                {
                    refusals++;
                    model.TakeBack(states);
                    Assert.Throws<StorageFullException>(() => LogScript.Play(script.Steps[i], i, log, new LogModel(model.Current)));
                    log.Sync();
                    model.Synced();
                    disk.Faults = null;
                    LogScript.Play(script.Steps[i], i, log, model);
                }
            }
            LogHarness.LoseEverythingUnsynced(disk);
            model.Find(LogHarness.Recover(disk));
        }
        output.WriteLine($"{refusals} refused batches");
        Assert.True(refusals > 50);
    }

    [Fact]
    public void Real_capacity_runs_out_and_comes_back()
    {
        var disk = new SimulatedDisk { CapacityBytes = 3 * 4096 };
        using WriteAheadLog log = LogHarness.Open(disk);
        long index = 0;
        Action fill = () =>
        {
            while (index < 1000) LogHarness.Append(log, term: 1, firstIndex: ++index, count: 1, payloadBytes: 200);
        };
        Assert.Throws<StorageFullException>(fill);
        Assert.True(index > 20);
        disk.CapacityBytes = long.MaxValue;
        LogHarness.Append(log, term: 1, firstIndex: index, count: 20, payloadBytes: 200);
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Equal(index + 19, LogHarness.Recover(disk).Entries.Count);
    }

    private static WriteAheadLog? OpenOrRefuse(SimulatedDisk disk)
    {
        try
        {
            return LogHarness.Open(disk);
        }
        catch (StorageFullException)
        {
            Assert.False(disk.Exists(SegmentName.Of(1)));
            return null;
        }
    }

    /// <summary>A crash right after the refusal finds nothing of the batch; then the same step again.</summary>
    private static int PlayThroughRefusal(LogStep step, int number, WriteAheadLog log, LogModel model, SimulatedDisk disk)
    {
        int states = model.States.Count;
        try
        {
            LogScript.Play(step, number, log, model);
            return 0;
        }
        catch (StorageFullException)
        {
            model.TakeBack(states);
            SimulatedDisk copy = disk.Copy();
            var random = new DeterministicRandom((ulong)number);
            copy.PowerLoss(ref random, PowerLossPolicy.KeepEverything);
            Assert.True(model.Current.IsSameAs(LogHarness.Recover(copy)), "nothing of the refused batch counts");
            LogScript.Play(step, number, log, model);
            return 1;
        }
    }

    /// <summary>The copy of term and vote, once it is there, is written in place.</summary>
    private static bool IsInPlace(in DiskOperation operation) =>
        operation.Kind == DiskOperationKind.Write && operation.File == HardStateFile.Name && operation.Ordinal >= FaultFrom.CopyIsThereFrom;

    private static List<DiskOperation> Operations(LogScript script)
    {
        var recorder = new OperationRecorder();
        using WriteAheadLog log = LogHarness.Open(new SimulatedDisk(recorder));
        script.Play(log, new LogModel(LogState.Empty));
        return recorder.Operations;
    }
}
