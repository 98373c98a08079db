using DEngine.Core;

namespace DEngine.Storage.Tests;

public sealed class RecordBufferTests
{
    [Fact]
    public void A_buffer_gives_back_what_one_large_write_has_taken()
    {
        var buffer = new RecordBuffer();
        buffer.Begin(LogAddress.At(1, 512), 0, LogAddress.At(1, 512), RecordBuffer.KeptBytesMax + 1);
        Assert.True(buffer.Capacity > RecordBuffer.KeptBytesMax);
        buffer.Begin(LogAddress.At(1, 512), 0, LogAddress.At(1, 512), 1000);
        Assert.True(buffer.Capacity <= RecordBuffer.KeptBytesMax);
    }

    [Fact]
    public void A_note_fits_an_open_segment_whose_disk_is_full()
    {
        using var disk = new SimulatedDisk();
        using var log = new WriteAheadLog(disk, new WriteAheadLogOptions { SegmentBytes = 8192, ZeroAheadBytes = 4096 });
        log.Open(_ => { });
        long index = 0;
        try
        {
            while (true)
            {
                var batch = new PersistBatch { Ticket = index + 1 };
                batch.Add(new Entry(new LogPosition(1, index + 1), EntryKind.Command, new byte[(index * 7 % 90) + 1]));
                log.Write(batch);
                log.Sync();
                index++;
                if (index == 200) disk.CapacityBytes = disk.UsedBytes;
            }
        }
        catch (StorageFullException)
        {
            Assert.True(log.SegmentCount > 2);
        }

        log.Write(new PersistBatch { Ticket = index + 2, DropBefore = index });
        Assert.Equal(1, log.SegmentCount);
        var next = new PersistBatch { Ticket = index + 3 };
        next.Add(new Entry(new LogPosition(1, index + 1), EntryKind.Command, new byte[1000]));
        log.Write(next);
        log.Sync();
    }
}
