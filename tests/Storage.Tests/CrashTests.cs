using DEngine.Core;
using DEngine.Testing;
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
        CrashReport report = CrashAtEveryOperation.Run(() => new LogLife(script, counters), new CrashOptions { Shuffles = shuffles });
        output.WriteLine($"seed {seed}: {script.Steps.Count} steps, {report}, {counters}");
        Assert.True(report.CrashPoints > 100 && counters.Torn > 0 && counters.Lost > 0 && counters.Repeated > 0);
    }

    private sealed class LogLife(LogScript script, Counters counters) : CrashScenario
    {
        private readonly LogModel _model = new(LogState.Empty);
        private DeterministicRandom _random = new(78);

        public override void Play(IDisk disk)
        {
            using var log = new WriteAheadLog(disk, LogHarness.Tiny);
            log.Open(_ => { });
            script.Play(log, _model);
        }

        public override string Recover(SimulatedDisk disk)
        {
            LogState found = LogHarness.Recover(disk, out LogRecovery recovery);
            int state = _model.Find(found);
            if (recovery.TornBytes > 0) counters.Torn++;
            if (state < _model.States.Count - 1) counters.Lost++;
            return $"state {state}: {found}";
        }

        public override void GoOn(SimulatedDisk disk)
        {
            LogState found = LogHarness.Recover(disk, out LogRecovery again);
            Assert.Equal(0, again.TornBytes);
            CheckWriteGoesOn(disk.Copy(), found);
            LogHarness.LoseEverythingUnsynced(disk);
            if (_model.PartAfter(_model.Find(found)) is { DropBefore: null } lost) WriteTheLostPartAgain(disk, found, lost);
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

        /// <summary>
        /// The peer sends again what was lost: the very same bytes in the same place. What stood behind it before the crash must not be reached
        /// through it (BUGS D7), not even when everything unsynced survives this time.
        /// </summary>
        private void WriteTheLostPartAgain(SimulatedDisk disk, LogState found, LogPart lost)
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
                Assert.True(written.IsSameAs(RecoverAfter(disk.Copy(), PowerLossPolicy.KeepEverything)), "only what was written again is there");
                model.Find(RecoverAfter(disk.Copy(), PowerLossPolicy.Shuffle));

                batch.Reset();
                long next = written.Entries.Count > 0 ? written.Entries[^1].Index + 1 : 1;
                if (lost.TruncateFrom is { } from && lost.Entry is null) next = from;
                batch.Add(StorageUnderTest.MakeEntry(99, next, 33));
                model.Write(batch);
                log.Write(batch);
                log.Sync();
                model.Synced();
            }
            model.Find(RecoverAfter(disk, PowerLossPolicy.Shuffle));
            counters.Repeated++;
        }

        private LogState RecoverAfter(SimulatedDisk disk, PowerLossPolicy policy)
        {
            disk.PowerLoss(ref _random, policy);
            return LogHarness.Recover(disk, out _);
        }
    }

    private sealed class Counters
    {
        public int Torn, Lost, Repeated;

        public override string ToString() =>
            $"{Torn} recoveries with a torn tail, {Lost} that lost something unsynced, {Repeated} times the lost part written again";
    }
}
