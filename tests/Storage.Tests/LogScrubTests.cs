using DEngine.Core;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests;

/// <summary>Damage to the log of a running node is found and got rid of, and no crash on the way hides it (Y4).</summary>
public sealed class LogScrubTests(ITestOutputHelper output)
{
    private const int Piece = 700;

    [Fact]
    public void A_sound_log_is_read_from_front_to_end_and_nothing_is_changed()
    {
        var disk = new SimulatedDisk();
        using WriteAheadLog log = Filled(disk);
        long durable = 0;
        for (long sequence = 1; disk.Exists(SegmentName.Of(sequence)); sequence++) durable += disk.Peek(SegmentName.Of(sequence)).Length;

        // Of the copy of term and vote only what is durable is looked at, so it is synced first.
        Pass(log);
        disk.Faults = NoChange();
        (List<ScrubStep> news, long bytes) = Pass(log);
        Assert.Empty(news);
        Assert.InRange(bytes, durable - (4096 * 2), durable + 1024);
    }

    [Fact]
    public void Every_bit_that_turns_over_while_the_node_runs_is_put_right()
    {
        var random = new DeterministicRandom(7);
        for (int i = 0; i < 400; i++)
        {
            var disk = new SimulatedDisk();
            using WriteAheadLog log = Filled(disk);
            (string file, long offset) = AnyDurable(disk, ref random);
            byte[] before = disk.Peek(file);
            disk.FlipBit(file, offset, (int)random.Next(8));
            (List<ScrubStep> news, _) = Pass(log);
            ScrubStep found = Assert.Single(news);
            Assert.True(found.Damage.Length == 0, found.Damage);
            Assert.Contains(file, found.Repaired, StringComparison.Ordinal);
            Assert.Equal(before, disk.Peek(file));
            Assert.Empty(Pass(log).News);
        }
    }

    /// <summary>Wherever it is: once the entries of that segment are dropped, the damage is gone with it, and the log goes on.</summary>
    [Fact]
    public void A_damaged_segment_leaves_with_its_entries()
    {
        var random = new DeterministicRandom(9);
        int repaired = 0, dropped = 0;
        for (int i = 0; i < 200; i++)
        {
            var disk = new SimulatedDisk();
            using WriteAheadLog log = Filled(disk);
            (string file, long offset) = AnyDurable(disk, ref random);
            Damage(disk, file, offset, (int)random.Between(9, 300));
            (List<ScrubStep> news, _) = Pass(log);
            Assert.NotEmpty(news);
            if (news.TrueForAll(step => step.Damage.Length == 0)) repaired++;
            long through = news.Max(step => step.DropThrough);
            if (through > 0)
            {
                Assert.Contains(news, step => step.Damage.Contains(file, StringComparison.Ordinal));
                log.Write(new PersistBatch { Ticket = 2, DropBefore = through + 1 });
                dropped++;
            }

            Assert.Empty(Pass(log).News);
            LogHarness.Append(log, term: 2, firstIndex: 181, count: 3);
            log.Dispose();
            LogState found = LogHarness.Recover(disk, out LogRecovery recovery);
            Assert.Equal((RecoveryReason.None, 0, ""), (recovery.Recovery, recovery.Repairs, recovery.Damage));
            Assert.Equal(183, recovery.LastPosition.Index);
            Assert.True(found.Entries[0].Index <= through + 1);
        }

        output.WriteLine($"{repaired} put right, {dropped} dropped");
        Assert.True(dropped > 150);
    }

    /// <summary>Entries that were superseded, and are never reached again, do not keep a damaged segment.</summary>
    [Fact]
    public void A_damaged_segment_of_superseded_entries_leaves_too()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            LogHarness.Append(log, term: 1, firstIndex: 1, count: 180);
            PersistBatch cut = LogHarness.Batch([.. Enumerable.Range(20, 3).Select(index => StorageUnderTest.MakeEntry(2, index, 40))]);
            cut.TruncateFrom = 20;
            log.Write(cut);
            log.Sync();
            Damage(disk, SegmentName.Of(2), 700, 60);
            long through = Pass(log).News.Max(step => step.DropThrough);
            Assert.Equal(22, through);
            log.Write(new PersistBatch { Ticket = 2, DropBefore = through + 1 });
            Assert.Empty(Pass(log).News);
            LogHarness.Append(log, term: 2, firstIndex: 23, count: 2);
        }

        LogState found = LogHarness.Recover(disk, out LogRecovery recovery);
        Assert.Equal((RecoveryReason.None, 0, ""), (recovery.Recovery, recovery.Repairs, recovery.Damage));
        Assert.Equal([new LogPosition(2, 23), new LogPosition(2, 24)], found.Entries.Select(entry => entry.Position));
    }

    [Fact]
    public void The_copy_of_term_and_vote_is_put_right_wherever_it_is_damaged()
    {
        for (int place = 0; place < 2; place++)
        {
            foreach (int at in (int[])[0, 9, 20, 39, 200])
            {
                var disk = new SimulatedDisk();
                var voted = new HardState(4, new NodeId(2));
                using (WriteAheadLog log = LogHarness.Open(disk))
                {
                    for (int term = 1; term <= 4; term++)
                    {
                        log.Write(new PersistBatch { Ticket = term, HardState = new HardState(term, new NodeId(2)) });
                        log.Sync();
                    }

                    Damage(disk, HardStateFile.Name, (place * HardStateFile.SlotBytes) + at, 10);
                    Assert.Contains(HardStateFile.Name, Assert.Single(Pass(log).News).Repaired, StringComparison.Ordinal);
                    Assert.Empty(Pass(log).News);
                }

                Assert.Equal(voted, new HardStateFile(disk).Read());
            }
        }
    }

    /// <summary>Half of a refused write must not make the copy worthless (found by the simulator, seed 53).</summary>
    [Fact]
    public void A_write_of_term_and_vote_that_found_no_room_leaves_nothing_once_it_has_succeeded()
    {
        var disk = new SimulatedDisk();
        using WriteAheadLog log = LogHarness.Open(disk);
        log.Write(new PersistBatch { Ticket = 1, HardState = new HardState(1, new NodeId(1)) });
        log.Sync();
        var next = new PersistBatch { Ticket = 2, HardState = new HardState(2, new NodeId(3)) };
        disk.Faults = new FaultAt(disk.OperationCount, new DiskFault(DiskFaultKind.Full, KeptBytes: 20));
        Assert.Throws<StorageFullException>(() => log.Write(next));
        disk.Faults = null;
        log.Write(next);
        log.Sync();
        Assert.Equal(new HardState(2, new NodeId(3)), new HardStateFile(disk).Read());
        Assert.Empty(Pass(log).News);
    }

    [Fact]
    public void What_is_not_synced_yet_is_not_looked_at()
    {
        var disk = new SimulatedDisk();
        using WriteAheadLog log = LogHarness.Open(disk);
        LogHarness.Append(log, term: 1, firstIndex: 1, count: 3);
        long end = SegmentHeader.Bytes + (3 * RecordHeader.TotalBytes(40));
        log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, 4, 40)));
        disk.FlipBit(SegmentName.Of(1), end + 50, 3);
        Assert.Empty(Pass(log).News);
        log.Sync();
        Assert.Single(Pass(log).News);
    }

    [Fact]
    public void A_segment_that_cannot_be_read_is_damaged_and_the_log_goes_on()
    {
        var disk = new SimulatedDisk();
        using WriteAheadLog log = Filled(disk);
        disk.Faults = new ReadFault(SegmentName.Of(2));
        ScrubStep found = Pass(log).News[0];
        Assert.Contains($"{SegmentName.Of(2)} is damaged", found.Damage, StringComparison.Ordinal);
        Assert.True(found.DropThrough > 0);
        LogHarness.Append(log, term: 1, firstIndex: 181, count: 1);
    }

    /// <summary>
    /// At whatever operation of finding, putting right or dropping the process ends: all entries are there, or the next start says that some are not; and the
    /// node's term and vote are known.
    /// </summary>
    [Theory]
    [InlineData(1, 900, 1)]
    [InlineData(1, 900, 120)]
    [InlineData(2, 0, 300)]
    [InlineData(4, 700, 90)]
    [InlineData(0, 520, 10)]
    public void No_crash_while_damage_is_got_rid_of_hides_any_of_it(long sequence, int offset, int bytes)
    {
        string file = sequence == 0 ? HardStateFile.Name : SegmentName.Of(sequence);
        var options = new CrashOptions { Threads = 2, CrashesDuringRecovery = false };
        CrashReport report = CrashAtEveryOperation.Run(() => new ScrubScenario(file, offset, bytes), options);
        output.WriteLine(report.ToString());
    }

    private static WriteAheadLog Filled(IDisk disk)
    {
        WriteAheadLog log = LogHarness.Open(disk);
        log.Write(new PersistBatch { Ticket = 1, HardState = new HardState(1, new NodeId(3)) });
        log.Write(new PersistBatch { Ticket = 1, HardState = new HardState(2, new NodeId(1)) });
        for (int group = 0; group < 9; group++) LogHarness.Append(log, term: 1, firstIndex: 1 + (20 * group), count: 20);
        return log;
    }

    private static (List<ScrubStep> News, long Bytes) Pass(WriteAheadLog log)
    {
        var news = new List<ScrubStep>();
        long bytes = 0;
        for (int steps = 0; ; steps++)
        {
            Assert.True(steps < 1000, "a pass ends");
            ScrubStep step = log.Scrub(Piece);
            bytes += step.Bytes;
            if (step.IsNews) news.Add(step);
            if (step.EndsPass) return (news, bytes);
        }
    }

    private static (string File, long Offset) AnyDurable(SimulatedDisk disk, ref DeterministicRandom random)
    {
        var replay = new LogReplay(disk, default, new WriteAheadLogOptions());
        replay.Run(new SegmentFiles(disk, LogHarness.Tiny).List());
        int segment = (int)random.Next(replay.Segments.Count);
        return (SegmentName.Of(replay.Segments[segment].Sequence), random.Next(replay.Segments[segment].End));
    }

    private static void Damage(SimulatedDisk disk, string file, long offset, int bytes)
    {
        long length = disk.Peek(file).Length;
        var random = new DeterministicRandom((ulong)offset);
        for (long at = offset; at < Math.Min(length, offset + bytes); at++)
        {
            disk.FlipBit(file, at, (int)random.Next(8));
            if (random.Chance(0.5)) disk.FlipBit(file, at, (int)random.Next(4));
        }
    }

    private static FaultFrom NoChange() => new(
        0, new DiskFault(DiskFaultKind.CrashBefore), DiskOperationKind.Write, DiskOperationKind.Create, DiskOperationKind.Delete, DiskOperationKind.Rename,
        DiskOperationKind.SetLength, DiskOperationKind.Sync);

    /// <summary>A file that is there and whose sectors the device does not give any more.</summary>
    private sealed class ReadFault(string file) : IDiskFaults
    {
        public DiskFault Before(in DiskOperation operation) =>
            operation.Kind == DiskOperationKind.Read && operation.File == file ? new DiskFault(DiskFaultKind.IoError) : DiskFault.None;
    }

    private sealed class ScrubScenario(string file, int offset, int bytes) : CrashScenario
    {
        private static readonly HardState Voted = new(2, new NodeId(1));

        private bool _isDamaged;
        private bool _isDropping;

        public override void Play(IDisk disk)
        {
            using WriteAheadLog log = Filled(disk);
            _isDamaged = true;
            Damage((SimulatedDisk)disk, file, offset, bytes);
            long through = 0;
            for (int steps = 0; steps < 100; steps++) through = Math.Max(through, log.Scrub(Piece).DropThrough);
            _isDropping = through > 0;
            if (_isDropping) log.Write(new PersistBatch { Ticket = 9, DropBefore = through + 1 });
            LogHarness.Append(log, term: 3, firstIndex: 181, count: 1);
        }

        public override string Recover(SimulatedDisk disk)
        {
            LogState found = LogHarness.Recover(disk, out LogRecovery recovery);
            if (!_isDamaged) return "";
            Assert.Equal(Voted, found.HardState);
            if (recovery.Recovery == RecoveryReason.None)
            {
                if (!_isDropping) Assert.Equal(1, found.Entries[0].Index);
                Assert.InRange(recovery.LastPosition.Index, 180, 181);
                return "whole";
            }

            Assert.Equal(RecoveryReason.Damaged, recovery.Recovery);
            return "damaged";
        }
    }
}
