using DEngine.Core;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests;

/// <summary>What damage had taken from a log is put back, and the log is what it was, whatever crash comes in between (Y5).</summary>
public sealed class LogFillTests(ITestOutputHelper output)
{
    private const int Entries = 120;

    /// <summary>
    /// Anywhere: entries that are put back with what is behind them are the log as it was before; where its end is in doubt, nothing is said to be behind.
    /// </summary>
    [Fact]
    public void A_filled_gap_leaves_the_log_as_it_was()
    {
        var random = new DeterministicRandom(21);
        int filled = 0, doubtful = 0;
        for (int i = 0; i < 250; i++)
        {
            SimulatedDisk disk = Damaged(ref random);
            LogRecovery recovery = Open(disk, out WriteAheadLog log, out List<Entry> sound);
            if (recovery.Behind is not { } behind)
            {
                log.Dispose();
                doubtful++;
                continue;
            }

            // Again and again: neither an opening nor a change of term makes it forget what is behind.
            log.Write(new PersistBatch { Ticket = 1, HardState = new HardState(7, new NodeId(1)) });
            log.Sync();
            log.Dispose();
            recovery = Open(disk, out log, out sound);
            Assert.NotNull(recovery.Behind);
            Assert.Equal(behind.Select(entry => entry.Position), recovery.Behind.Select(entry => entry.Position));
            log.Write(Filling(sound, behind));
            log.Sync();
            LogHarness.Append(log, term: 9, firstIndex: Entries + 1, count: 3);
            log.Dispose();
            LogState found = LogHarness.Recover(disk, out LogRecovery healed);
            Assert.Equal((RecoveryReason.None, ""), (healed.Recovery, healed.Damage));
            Assert.Equal(Entries + 3, found.Entries.Count);
            for (int at = 0; at < Entries; at++) Assert.True(StorageUnderTest.Same(Original(at + 1), found.Entries[at]));
            filled++;
        }

        output.WriteLine($"{filled} filled, {doubtful} in doubt");
        Assert.True(filled > 150);
    }

    /// <summary>A leader's entry takes the place of what is behind the gap: nobody may fill it any more, and the log is what the leader gave.</summary>
    [Fact]
    public void What_a_leader_gives_takes_the_place_of_what_is_behind_the_gap()
    {
        var random = new DeterministicRandom(22);
        for (int i = 0; i < 60; i++)
        {
            SimulatedDisk disk = Damaged(ref random);
            LogRecovery recovery = Open(disk, out WriteAheadLog log, out List<Entry> sound);
            if (recovery.Behind is null) continue;
            log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(8, sound.Count + 1)));
            log.Sync();
            log.Dispose();
            recovery = Open(disk, out log, out List<Entry> again);
            log.Dispose();
            Assert.Null(recovery.Behind);
            Assert.Equal(RecoveryReason.Damaged, recovery.Recovery);
            Assert.Equal(new LogPosition(8, sound.Count + 1), again[^1].Position);
        }
    }

    [Fact]
    public void A_log_that_was_recovering_before_it_was_damaged_is_not_to_be_filled()
    {
        var random = new DeterministicRandom(23);
        SimulatedDisk disk = Whole();
        using (WriteAheadLog log = LogHarness.Open(disk, LogHarness.Tiny))
        {
            log.Write(new PersistBatch { Ticket = 1, Recovery = RecoveryReason.Damaged });
            log.Sync();
            LogHarness.Append(log, term: 5, firstIndex: Entries + 1, count: 3);
        }

        Damage(disk, ref random);
        LogRecovery recovery = Open(disk, out WriteAheadLog damaged, out _);
        damaged.Dispose();
        Assert.Equal(RecoveryReason.Damaged, recovery.Recovery);
        Assert.Null(recovery.Behind);
    }

    /// <summary>At whatever operation of opening, filling and going on the process ends: the next start has everything, or can be filled again.</summary>
    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    public void No_crash_while_a_gap_is_filled_loses_what_is_behind_it(ulong seed)
    {
        CrashReport report = CrashAtEveryOperation.Run(() => new FillScenario(seed), new CrashOptions { Threads = 2, CrashesDuringRecovery = false });
        output.WriteLine(report.ToString());
    }

    private static Entry Original(long index) => StorageUnderTest.MakeEntry(1 + (index / 40), index, 40);

    private static SimulatedDisk Whole()
    {
        var disk = new SimulatedDisk();
        Fill(disk);
        return disk;
    }

    private static void Fill(IDisk disk)
    {
        using WriteAheadLog log = LogHarness.Open(disk, LogHarness.Tiny);
        for (int index = 1; index <= Entries; index++)
        {
            var batch = new PersistBatch { Ticket = index };
            if (index % 40 == 1) batch.HardState = new HardState(1 + (index / 40), new NodeId(2));
            batch.Add(Original(index));
            log.Write(batch);
            if (index % 5 == 0) log.Sync();
        }

        log.Sync();
    }

    private static SimulatedDisk Damaged(ref DeterministicRandom random)
    {
        SimulatedDisk disk = Whole();
        Damage(disk, ref random);
        return disk;
    }

    private static void Damage(SimulatedDisk disk, ref DeterministicRandom random)
    {
        var replay = new LogReplay(disk, default, new WriteAheadLogOptions());
        replay.Run(new SegmentFiles(disk, LogHarness.Tiny).List());
        int segment = (int)random.Next(replay.Segments.Count);
        byte[] garbage = new byte[random.Between(10, 400)];
        for (int at = 0; at < garbage.Length; at++) garbage[at] = (byte)random.Next(256);
        long end = segment == replay.Segments.Count - 1 ? replay.SyncedThrough.Offset : replay.Segments[segment].End;
        long offset = SegmentHeader.Bytes + random.Next(Math.Max(1, end - SegmentHeader.Bytes - garbage.Length));
        disk.Poke(SegmentName.Of(replay.Segments[segment].Sequence), offset, garbage);
    }

    private static LogRecovery Open(IDisk disk, out WriteAheadLog log, out List<Entry> sound)
    {
        log = new WriteAheadLog(disk, LogHarness.Tiny);
        sound = [];
        return log.Open(sound.Add);
    }

    private static PersistBatch Filling(List<Entry> sound, IReadOnlyList<Entry> behind)
    {
        var batch = new PersistBatch { Ticket = 2, Recovery = RecoveryReason.None, FilledThrough = behind[^1].Index };
        for (long index = sound.Count + 1; index < behind[0].Index; index++) batch.Fills.Add(Original(index));
        if (batch.Fills.Count == 0) batch.Fills.Add(Original(behind[0].Index - 1));
        return batch;
    }

    private sealed class FillScenario(ulong seed) : CrashScenario
    {
        private bool _isDamaged;
        private bool _isCopyTorn;

        public override void Play(IDisk disk)
        {
            Fill(disk);
            _isDamaged = true;
            var random = new DeterministicRandom(seed);
            Damage((SimulatedDisk)disk, ref random);
            LogRecovery recovery = Open(disk, out WriteAheadLog log, out List<Entry> sound);
            using (log)
            {
                Assert.NotNull(recovery.Behind);
                log.Write(Filling(sound, recovery.Behind));
                log.Sync();
                LogHarness.Append(log, term: 9, firstIndex: Entries + 1, count: 2);
            }
        }

        public override string Recover(SimulatedDisk disk)
        {
            // A torn sector, which real disks do not leave: then nobody can say any more that the log lacked nothing before, and a leader has to mend it.
            _isCopyTorn |= _isDamaged && new HardStateFile(disk).Read() is null;
            LogRecovery recovery = Open(disk, out WriteAheadLog log, out List<Entry> sound);
            log.Dispose();
            if (!_isDamaged) return "";
            Assert.Equal(new NodeId(2), recovery.HardState.VotedFor);
            for (int at = 0; at < Math.Min(Entries, sound.Count); at++) Assert.True(StorageUnderTest.Same(Original(at + 1), sound[at]));
            if (recovery.Recovery == RecoveryReason.None)
            {
                Assert.True(sound.Count >= Entries, $"{sound.Count} entries are left of {Entries}, and nobody says so");
                return "whole";
            }

            Assert.Equal(RecoveryReason.Damaged, recovery.Recovery);
            if (recovery.Behind is null && _isCopyTorn) return "to be mended by a leader";
            Assert.NotNull(recovery.Behind);
            Assert.Equal(Entries, recovery.Behind[^1].Index);
            return "to be filled";
        }
    }
}
