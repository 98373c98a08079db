using DEngine.Core;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests;

/// <summary>Damage to the snapshots of a running node is found, does not travel, and no crash on the way hides it (Y4, K5).</summary>
public sealed class SnapshotScrubTests(ITestOutputHelper output)
{
    private const int Piece = 300;

    [Fact]
    public void Sound_snapshots_are_read_from_front_to_end()
    {
        var disk = new SimulatedDisk();
        using SnapshotFiles files = TwoSnapshots(disk, out SnapshotId older, out SnapshotId newer, out _);
        (List<ScrubStep> news, long bytes) = Pass(files);
        Assert.Empty(news);
        Assert.Equal(older.Bytes + newer.Bytes, bytes);
    }

    /// <summary>The log rests on the newest one, so it stays until another is durable, and then leaves.</summary>
    [Fact]
    public void A_damaged_newest_snapshot_is_told_and_leaves_when_a_newer_one_is_durable()
    {
        var random = new DeterministicRandom(3);
        for (int i = 0; i < 150; i++)
        {
            var disk = new SimulatedDisk();
            using SnapshotFiles files = TwoSnapshots(disk, out _, out SnapshotId newer, out SnapshotHarness state);
            string name = SnapshotName.Of(newer.Last);
            disk.FlipBit(name, random.Next(newer.Bytes), (int)random.Next(8));
            ScrubStep found = Assert.Single(Pass(files).News);
            Assert.Equal(newer.Last, found.DamagedSnapshot.Last);
            Assert.Contains(name, found.Damage, StringComparison.Ordinal);
            Assert.True(disk.Exists(name));
            Assert.Empty(Pass(files).News);

            // Of the same state if need be: nothing may have been written since.
            if (i % 2 == 0) state.ApplyThrough(130);
            SnapshotId replaced = state.Save(files);
            Assert.Empty(Pass(files).News);
            Assert.Equal(i % 2 == 0, disk.Exists(SnapshotName.Damaged(newer.Last)));
            byte[] sent = new byte[replaced.Bytes];
            Assert.Equal(sent.Length, files.Read(replaced, 0, sent));
        }
    }

    [Fact]
    public void A_damaged_older_snapshot_is_set_aside()
    {
        var disk = new SimulatedDisk();
        using SnapshotFiles files = TwoSnapshots(disk, out SnapshotId older, out _, out _);
        disk.FlipBit(SnapshotName.Of(older.Last), 50, 2);
        ScrubStep found = Assert.Single(Pass(files).News);
        Assert.True(found.DamagedSnapshot.IsNone);
        Assert.True(disk.Exists(SnapshotName.Damaged(older.Last)) && !disk.Exists(SnapshotName.Of(older.Last)));
    }

    /// <summary>Wherever it is, and in pieces of any size: the receiver would refuse the whole of it at the end, for ever.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(333)]
    [InlineData(100_000)]
    public void What_is_damaged_is_not_sent(int piece)
    {
        var random = new DeterministicRandom(5);
        for (int i = 0; i < 100; i++)
        {
            var disk = new SimulatedDisk();
            using SnapshotFiles files = TwoSnapshots(disk, out _, out SnapshotId newer, out SnapshotHarness state);
            long at = random.Next(newer.Bytes);
            long sentBefore = random.Next(newer.Bytes);
            byte[] bytes = new byte[piece];
            for (long offset = 0; offset < sentBefore; offset += piece) files.Read(newer, offset, bytes);
            disk.FlipBit(SnapshotName.Of(newer.Last), at, (int)random.Next(8));

            // Another peer begins.
            byte[] sent = new byte[newer.Bytes];
            var error = Assert.Throws<StorageDamagedException>(() =>
            {
                for (long offset = 0; offset < newer.Bytes; offset += piece)
                    _ = files.Read(newer, offset, bytes);
            });
            Assert.Contains(SnapshotName.Of(newer.Last), error.Message, StringComparison.Ordinal);
            Assert.Equal(0, files.Read(newer, 0, bytes));
            SnapshotId replaced = state.Save(files);
            Assert.Equal(newer, replaced);
            Assert.Equal(sent.Length, files.Read(replaced, 0, sent));
        }
    }

    [Fact]
    public void A_snapshot_that_is_replaced_or_removed_while_it_is_read_is_not_damaged()
    {
        var disk = new SimulatedDisk();
        using SnapshotFiles files = TwoSnapshots(disk, out _, out _, out SnapshotHarness state);
        for (int round = 0; round < 200; round++)
        {
            Assert.False(files.Scrub(60).IsNews);
            if (round % 3 == 0) state.ApplyThrough(state.Applier.AppliedIndex + 1);
            if (round % 2 == 0) state.Save(files);
            files.Retain(1 + (round % 2));
        }
    }

    [Fact]
    public void Bits_that_are_put_right_at_a_start_are_counted()
    {
        var disk = new SimulatedDisk();
        TwoSnapshots(disk, out _, out SnapshotId newer, out _).Dispose();
        disk.FlipBit(SnapshotName.Of(newer.Last), 60, 1);
        Assert.Equal(1, SnapshotHarness.Recover(disk).Recovery.Storage.Repairs);
        Assert.Equal(0, SnapshotHarness.Recover(disk).Recovery.Storage.Repairs);
    }

    /// <summary>
    /// At whatever operation the process ends between the damage and the new snapshot: a start has everything, or says that it has not. It never finds a log
    /// that begins behind what there is, for no reason known.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_crash_while_a_damaged_snapshot_is_replaced_hides_it(bool isNewest)
    {
        CrashReport report = CrashAtEveryOperation.Run(() => new ReplaceScenario(isNewest), new CrashOptions { Threads = 2, CrashesDuringRecovery = false });
        output.WriteLine(report.ToString());
    }

    private static SnapshotFiles TwoSnapshots(IDisk disk, out SnapshotId older, out SnapshotId newer, out SnapshotHarness state)
    {
        var files = new SnapshotFiles(disk);
        files.Open();
        state = new SnapshotHarness().ApplyThrough(60);
        older = state.Save(files);
        newer = state.ApplyThrough(120).Save(files);
        return files;
    }

    private static (List<ScrubStep> News, long Bytes) Pass(SnapshotFiles files)
    {
        var news = new List<ScrubStep>();
        long bytes = 0;
        for (int steps = 0; ; steps++)
        {
            Assert.True(steps < 10_000, "a pass ends");
            ScrubStep step = files.Scrub(Piece);
            bytes += step.Bytes;
            if (step.IsNews) news.Add(step);
            if (step.EndsPass) return (news, bytes);
        }
    }

    private sealed class ReplaceScenario(bool isNewest) : CrashScenario
    {
        private bool _isSaved;

        public override void Play(IDisk disk)
        {
            using WriteAheadLog log = LogHarness.Open(disk, LogHarness.Tiny);
            using SnapshotFiles files = TwoSnapshots(disk, out SnapshotId older, out SnapshotId newer, out SnapshotHarness state);
            for (long index = 1; index <= 140; index++) log.Write(LogHarness.Batch(SnapshotHarness.Put(1, index)));
            log.Sync();
            log.Write(new PersistBatch { Ticket = 2, DropBefore = newer.Last.Index - 10 });
            _isSaved = true;
            var target = (SimulatedDisk)disk;
            string name = SnapshotName.Of(isNewest ? newer.Last : older.Last);
            for (int at = 70; at < 100; at++) target.FlipBit(name, at, at % 8);
            Pass(files);
            state.ApplyThrough(140).Save(files);
            files.Retain(2);
        }

        public override string Recover(SimulatedDisk disk)
        {
            (NodeRecovery recovery, SnapshotHarness state) = SnapshotHarness.Recover(disk);
            if (!_isSaved) return "";
            if (recovery.Storage.Recovery == RecoveryReason.Damaged) return $"damaged, {recovery.Snapshot}";
            Assert.Equal(140, state.Applier.AppliedIndex);
            Assert.Equal(new SnapshotHarness().ApplyThrough(140).Digest, state.Digest);
            return "whole";
        }
    }
}
