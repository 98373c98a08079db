using DEngine.Core;
using DEngine.Storage.Tests;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Faster.Tests;

/// <summary>
/// A crash at every disk operation of a log on FASTER in turn, then the end of process or machine: what is found is always one of the states that were asked
/// for, from the last synced one on. It is as good as for the write-ahead log because FASTER works on our device, on our thread.
/// </summary>
public sealed class LogCrashTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 160, 3)]
    [InlineData(2, 60, 8)]
    [InlineData(3, 60, 8)]
    public void Nothing_synced_is_lost_and_nothing_superseded_returns_whichever_operation_the_crash_falls_on(ulong seed, int entries, int shuffles)
    {
        var script = new LogScript(seed, entries);
        var options = new CrashOptions { Shuffles = shuffles };
        CrashReport report = CrashAtEveryOperation.Run(() => new LogLife(script), options);
        output.WriteLine($"seed {seed}: {script.Steps.Count} steps, {report}");
        Assert.True(report.CrashPoints > 100);
    }

    private sealed class LogLife(LogScript script) : CrashScenario
    {
        private readonly LogModel _model = new(LogState.Empty);

        public override void Play(IDisk disk)
        {
            using var log = new FasterLogStorage(disk, FasterLogHarness.Tiny);
            log.Open(_ => { });
            script.Play(log, _model);
        }

        public override string Recover(SimulatedDisk disk)
        {
            LogState found = FasterLogHarness.Recover(disk);
            return $"state {_model.Find(found)}: {found}";
        }

        /// <summary>The next life writes and syncs at once, and what it has synced is found.</summary>
        public override void GoOn(SimulatedDisk disk)
        {
            LogState expected = FasterLogHarness.Recover(disk);
            long next = expected.Entries.Count > 0 ? expected.Entries[^1].Index + 1 : 1;
            Entry entry = StorageUnderTest.MakeEntry(98, next, 3000);
            using (var log = new FasterLogStorage(disk, FasterLogHarness.Tiny))
            {
                log.Open(_ => { });
                var batch = new PersistBatch { Ticket = 1 };
                batch.Truncate(next);
                batch.Add(entry);
                log.Write(batch);
                log.Sync();
            }
            var random = new DeterministicRandom(1);
            disk.PowerLoss(ref random, PowerLossPolicy.LoseEverything);
            Assert.True(new LogPart(Entry: entry).After(expected).IsSameAs(FasterLogHarness.Recover(disk)), "what was synced after a recovery is found");
        }
    }
}
