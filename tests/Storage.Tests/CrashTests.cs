using DEngine.Core;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests;

/// <summary>
/// A crash at every disk operation in turn, then a power loss of several kinds, recovery, a crash at every operation of the recovery, more
/// writing, and another power loss: what is found is always one of the states that were asked for, from the last synced one on (DESIGN §5,
/// rules 1 to 6).
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 330, 4)]
    [InlineData(2, 60, 12)]
    [InlineData(3, 60, 12)]
    public void Nothing_synced_is_lost_and_nothing_superseded_returns_whichever_operation_the_crash_falls_on(ulong seed, int entries, int shuffles)
    {
        var script = new LogScript(seed, entries);
        var counters = new Counters();
        foreach ((long ordinal, DiskFault fault) in CrashPoints(script))
        {
            var disk = new SimulatedDisk(new FaultAt(ordinal, fault));
            var model = new LogModel(LogState.Empty);
            Assert.Throws<SimulatedCrashException>(() => OpenAndPlay(disk, script, model));
            counters.CrashPoints++;
            foreach (SimulatedDisk left in Aftermaths(disk, (ulong)ordinal, shuffles))
            {
                counters.Aftermaths++;
                CheckRecovery(left, model, (ulong)ordinal, counters);
            }
        }
        output.WriteLine($"seed {seed}: {script.Steps.Count} steps, {counters}");
        Assert.True(counters.CrashPoints > 100 && counters.Torn > 0 && counters.Lost > 0 && counters.Repeated > 0);
    }

    private static List<(long Ordinal, DiskFault Fault)> CrashPoints(LogScript script)
    {
        var recorder = new OperationRecorder();
        OpenAndPlay(new SimulatedDisk(recorder), script, new LogModel(LogState.Empty));
        return [.. recorder.CrashPoints()];
    }

    private static void OpenAndPlay(SimulatedDisk disk, LogScript script, LogModel model)
    {
        using var log = new WriteAheadLog(disk, LogHarness.Tiny);
        log.Open(_ => { });
        script.Play(log, model);
    }

    /// <summary>The end of the process only, then ends of the machine with ever other survivors.</summary>
    private static IEnumerable<SimulatedDisk> Aftermaths(SimulatedDisk disk, ulong seed, int shuffles)
    {
        disk.Faults = null;
        SimulatedDisk process = disk.Copy();
        process.ProcessCrash();
        yield return process;
        var random = DeterministicRandom.For(seed, 77);
        yield return Lose(disk, ref random, PowerLossPolicy.LoseEverything);
        yield return Lose(disk, ref random, PowerLossPolicy.KeepEverything);
        for (int i = 0; i < shuffles; i++) yield return Lose(disk, ref random, PowerLossPolicy.Shuffle);
    }

    private static SimulatedDisk Lose(SimulatedDisk disk, ref DeterministicRandom random, PowerLossPolicy policy)
    {
        SimulatedDisk copy = disk.Copy();
        copy.PowerLoss(ref random, policy);
        return copy;
    }

    private static void CheckRecovery(SimulatedDisk disk, LogModel model, ulong seed, Counters counters)
    {
        SimulatedDisk before = disk.Copy();
        var recorder = new OperationRecorder();
        disk.Faults = recorder;
        LogState found = LogHarness.Recover(disk, out LogRecovery recovery);
        disk.Faults = null;
        int state = model.Find(found);
        if (recovery.TornBytes > 0) counters.Torn++;
        if (state < model.States.Count - 1) counters.Lost++;

        CheckWriteGoesOn(disk.Copy(), found);

        // What was reported is durable: a power loss that keeps nothing unsynced changes nothing.
        var random = DeterministicRandom.For(seed, 78);
        disk.PowerLoss(ref random, PowerLossPolicy.LoseEverything);
        Assert.True(found.IsSameAs(LogHarness.Recover(disk.Copy(), out LogRecovery again)), "recovery twice gives the same");
        Assert.Equal(0, again.TornBytes);

        CrashDuringRecovery(before, recorder, model, ref random, counters);
        if (model.PartAfter(state) is { DropBefore: null } lost) WriteTheLostPartAgain(disk, found, lost, ref random, counters);
    }

    /// <summary>The next life writes and syncs at once, before anything else has made this one's files and names durable.</summary>
    private static void CheckWriteGoesOn(SimulatedDisk disk, LogState found)
    {
        if (found.Entries.Count == 0) return;
        Entry entry = StorageUnderTest.MakeEntry(98, found.Entries[^1].Index + 1);
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            log.Write(LogHarness.Batch(entry));
            log.Sync();
        }
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.True(new LogPart(Entry: entry).After(found).IsSameAs(LogHarness.Recover(disk)), "what was synced after a recovery is found");
    }

    private static void CrashDuringRecovery(
        SimulatedDisk before, OperationRecorder recorder, LogModel model, ref DeterministicRandom random, Counters counters)
    {
        foreach ((long ordinal, DiskFault fault) in recorder.CrashPoints())
        {
            if (fault.Kind == DiskFaultKind.CrashBefore) continue;
            SimulatedDisk disk = before.Copy();
            disk.Faults = new FaultAt(ordinal, fault);
            Assert.Throws<SimulatedCrashException>(() => LogHarness.Recover(disk, out _));
            disk.Faults = null;
            disk.PowerLoss(ref random, PowerLossPolicy.Shuffle);
            model.Find(LogHarness.Recover(disk, out _));
            counters.DoubleCrashes++;
        }
    }

    /// <summary>
    /// The peer sends again what was lost: the very same bytes in the same place. What stood behind it before the crash must not be reached
    /// through it (BUGS D7), not even when everything unsynced survives this time.
    /// </summary>
    private static void WriteTheLostPartAgain(SimulatedDisk disk, LogState found, LogPart lost, ref DeterministicRandom random, Counters counters)
    {
        var model = new LogModel(found);
        using (var log = new WriteAheadLog(disk, LogHarness.Tiny))
        {
            log.Open(_ => { });
            var batch = new PersistBatch { Ticket = 1 };
            lost.AddTo(batch);
            model.Write(batch);
            log.Write(batch);
            LogState written = model.Current;
            Assert.True(written.IsSameAs(RecoverAfter(disk.Copy(), ref random, PowerLossPolicy.KeepEverything)), "only what was written again is there");
            model.Find(RecoverAfter(disk.Copy(), ref random, PowerLossPolicy.Shuffle));

            batch.Reset();
            long next = written.Entries.Count > 0 ? written.Entries[^1].Index + 1 : 1;
            if (lost.TruncateFrom is { } from && lost.Entry is null) next = from;
            batch.Add(StorageUnderTest.MakeEntry(99, next, 33));
            model.Write(batch);
            log.Write(batch);
            log.Sync();
            model.Synced();
        }
        model.Find(RecoverAfter(disk, ref random, PowerLossPolicy.Shuffle));
        counters.Repeated++;
    }

    private static LogState RecoverAfter(SimulatedDisk disk, ref DeterministicRandom random, PowerLossPolicy policy)
    {
        disk.PowerLoss(ref random, policy);
        return LogHarness.Recover(disk, out _);
    }

    private sealed class Counters
    {
        public int CrashPoints, Aftermaths, Torn, Lost, DoubleCrashes, Repeated;

        public override string ToString() =>
            $"{CrashPoints} crash points, {Aftermaths} recoveries ({Torn} with a torn tail, {Lost} that lost something unsynced), "
            + $"{DoubleCrashes} crashes during recovery, {Repeated} times the lost part written again";
    }
}
