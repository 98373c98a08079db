using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>Rotation, dropping, recycling, and what the segments look like on disk (DESIGN §5 rules 4 and 7).</summary>
public sealed class SegmentTests
{
    [Fact]
    public void A_steady_state_sync_changes_no_file_size()
    {
        var disk = new SimulatedDisk();
        var options = new WriteAheadLogOptions { SegmentBytes = 1 << 20, ZeroAheadBytes = 64 << 10 };
        using WriteAheadLog log = LogHarness.Open(disk, options);
        int changes = 0;
        long length = disk.Peek(SegmentName.Of(1)).Length;
        for (int i = 1; i <= 1000; i++)
        {
            LogHarness.Append(log, term: 1, firstIndex: i, count: 1, payloadBytes: 200);
            long now = disk.Peek(SegmentName.Of(1)).Length;
            if (now != length) changes++;
            length = now;
        }
        Assert.InRange(changes, 2, 5);
    }

    /// <summary>Found by a random sequence: with nothing to drop, the call returned without a sync.</summary>
    [Fact]
    public void What_was_written_before_a_drop_is_durable_after_it_also_when_nothing_is_dropped()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, 1, 40)));
            log.DropBefore(1);
        }

        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Single(LogHarness.Recover(disk).Entries);
    }

    [Fact]
    public void Dropped_segments_are_recycled_up_to_the_limit_and_grow_no_more()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            LogHarness.Append(log, term: 1, firstIndex: 1, count: 200);
            int before = log.SegmentCount;
            log.DropBefore(150);
            Assert.True(log.SegmentCount < before);
            Assert.Single(disk.List(), name => name.EndsWith(".old", StringComparison.Ordinal));
            LogHarness.Append(log, term: 1, firstIndex: 201, count: 100);
            Assert.DoesNotContain(disk.List(), name => name.EndsWith(".old", StringComparison.Ordinal));
            Assert.Contains(disk.List(), IsRecycled);
        }
        LogHarness.LoseEverythingUnsynced(disk);
        LogState found = LogHarness.Recover(disk);
        Assert.Equal(150, found.Entries[0].Index);
        Assert.Equal(300, found.Entries[^1].Index);

        bool IsRecycled(string name) => SegmentHeader.TryRead(disk.Peek(name), out SegmentHeader header) && header.IsRecycled;
    }

    [Fact]
    public void The_hard_state_outlives_the_segment_that_it_was_written_to()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            log.Write(new PersistBatch { Ticket = 1, HardState = new HardState(6, new NodeId(4)) });
            LogHarness.Append(log, term: 6, firstIndex: 1, count: 300);
            log.DropBefore(290);
            Assert.False(disk.Exists(SegmentName.Of(1)));
        }
        Assert.Equal(new HardState(6, new NodeId(4)), LogHarness.Recover(disk).HardState);
    }

    [Fact]
    public void A_log_dropped_beyond_its_end_begins_anew_behind_the_snapshot()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            LogHarness.Append(log, term: 1, firstIndex: 1, count: 100);
            log.DropBefore(501);
        }
        Assert.Empty(LogHarness.Recover(disk, out LogRecovery recovery).Entries);
        Assert.False(recovery.IsNew);
        using (WriteAheadLog log = LogHarness.Open(disk)) LogHarness.Append(log, term: 2, firstIndex: 501, count: 3);
        Assert.Equal([501, 502, 503], LogHarness.Recover(disk).Entries.Select(entry => entry.Index));
    }

    [Fact]
    public void A_batch_larger_than_a_segment_gets_a_larger_segment()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            LogHarness.Append(log, term: 1, firstIndex: 1, count: 3);
            LogHarness.Append(log, term: 1, firstIndex: 4, count: 1, payloadBytes: 50_000);
            LogHarness.Append(log, term: 1, firstIndex: 5, count: 3);
            Assert.Equal(3, log.SegmentCount);
        }
        Assert.Equal(7, LogHarness.Recover(disk).Entries.Count);
    }

    [Fact]
    public void Segment_size_may_change_between_starts()
    {
        var disk = new SimulatedDisk();
        for (int i = 0; i < 6; i++)
        {
            var options = new WriteAheadLogOptions { SegmentBytes = i % 2 == 0 ? 64 << 10 : 4096, ZeroAheadBytes = 4096 };
            using WriteAheadLog log = LogHarness.Open(disk, options);
            LogHarness.Append(log, term: 1, firstIndex: 1 + (60 * i), count: 60);
        }
        Assert.Equal(360, LogHarness.Recover(disk).Entries.Count);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var disk = new SimulatedDisk();
        Assert.Throws<ArgumentOutOfRangeException>(() => new WriteAheadLog(disk, new WriteAheadLogOptions { SegmentBytes = 4095 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WriteAheadLog(disk, new WriteAheadLogOptions { SegmentBytes = (1 << 30) + 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WriteAheadLog(disk, new WriteAheadLogOptions { ZeroAheadBytes = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WriteAheadLog(disk, new WriteAheadLogOptions { RecycledSegmentsMax = -1 }));
    }

    [Fact]
    public void The_checksum_is_CRC_32C_as_published()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
    }

    /// <summary>The bytes of docs/wal-format.md: a change here is a change of the format and needs a new version.</summary>
    [Fact]
    public void The_format_on_disk_is_the_documented_one()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            PersistBatch batch = LogHarness.Batch(new Entry(new LogPosition(2, 1), EntryKind.Command, new byte[] { 1, 2, 3 }));
            batch.HardState = new HardState(2, new NodeId(7));
            log.Write(batch);
            log.Sync();
        }
        byte[] bytes = disk.Peek("wal-0000000000000001.log");
        Assert.Equal("44454E4757414C31" + "85A002B6" + "02000000" + "0100000000000000" + "0100000000000000", Convert.ToHexString(bytes, 0, 32));
        Assert.Equal(
            "00000000" + "00000000" + "00000000" + "02" + "00" + "A057" + "0700000000000000" + "0200000000000000" + "0002000001000000",
            "00000000" + Convert.ToHexString(bytes, 516, 36));
        Assert.Equal(Convert.ToHexString(bytes, 512, 4), Convert.ToHexString(bytes, 556, 4));
        Assert.Equal("03000000" + "01" + "02" + "A057" + "0100000000000000" + "0200000000000000" + "0002000001000000" + "0102030000000000", Convert.ToHexString(bytes, 560, 40));
    }
}
