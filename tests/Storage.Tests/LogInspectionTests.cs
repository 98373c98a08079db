using DEngine.Core;

namespace DEngine.Storage.Tests;

/// <summary>Looking at a log finds what opening it would find, and changes nothing.</summary>
public sealed class LogInspectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_inspection_says_what_recovery_finds(ulong seed)
    {
        var disk = new SimulatedDisk();
        var model = new LogModel(LogState.Empty);
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            new LogScript(seed, entries: 300).Play(log, model);
            log.Sync();
        }

        string before = Contents(disk);
        long records = 0;
        var positions = new SortedDictionary<long, LogPosition>();
        LogInspection found = LogInspection.Read(disk, (in LoggedRecord record) =>
        {
            records++;
            if (!record.IsEntry) return;
            positions[record.Position.Index] = record.Position;
        });
        Assert.Equal(before, Contents(disk));

        LogState recovered = LogHarness.Recover(disk);
        Assert.Equal("", found.Damage);
        Assert.Equal(0, found.TornBytes);
        Assert.Equal(found.Records, records);
        Assert.Equal(recovered.HardState, found.HardState);
        Assert.Equal(recovered.Entries.Count, found.LastIndex - found.FirstIndex + 1);
        foreach (Entry entry in recovered.Entries) Assert.Equal(entry.Position, positions[entry.Index]);
    }

    [Fact]
    public void A_torn_tail_is_counted_and_left_alone()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk)) LogHarness.Append(log, term: 1, firstIndex: 1, count: 5);
        LogInspection whole = LogInspection.Read(disk);
        disk.Poke(whole.End.File, whole.End.Offset, [1, 2, 3, 4, 5, 6, 7, 8]);
        LogInspection torn = LogInspection.Read(disk);
        Assert.Equal((5, 8, ""), (torn.LastIndex, torn.TornBytes, torn.Damage));
        Assert.Equal(torn, LogInspection.Read(disk) with { Segments = torn.Segments });
    }

    [Fact]
    public void Damage_is_a_finding_and_what_comes_before_it_is_shown()
    {
        var disk = new SimulatedDisk();
        using (WriteAheadLog log = LogHarness.Open(disk))
        {
            for (int index = 1; index <= 10; index++) LogHarness.Append(log, term: 1, firstIndex: index, count: 1);
        }

        long offset = 0;
        LogInspection.Read(disk, (in LoggedRecord record) => offset = record.IsEntry && record.Position.Index == 4 ? record.Offset : offset);
        SimulatedDisk flipped = disk.Copy();
        flipped.FlipBit(SegmentName.Of(1), offset + RecordHeader.Bytes, 3);
        LogInspection mended = LogInspection.Read(flipped);
        Assert.Equal((1, "", 10), (mended.Repairable, mended.Damage, mended.LastIndex));

        disk.Poke(SegmentName.Of(1), offset + RecordHeader.Bytes, [1, 2, 3]);
        LogInspection found = LogInspection.Read(disk);
        Assert.Equal((1, 3), (found.FirstIndex, found.LastIndex));
        Assert.Contains($"damaged at offset {offset}: entries 4 to 10", found.Damage, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_without_a_log_is_told()
    {
        Assert.Throws<FileNotFoundException>(() => LogInspection.Read(new SimulatedDisk()));
        Assert.Throws<DirectoryNotFoundException>(() => new ReadOnlyDisk("/does/not/exist"));
    }

    [Fact]
    public void A_directory_that_is_in_use_can_be_looked_at_and_not_changed()
    {
        using var directory = new TemporaryDirectory();
        using var owner = new RealDisk(directory.Path);
        using WriteAheadLog log = LogHarness.Open(owner);
        LogHarness.Append(log, term: 2, firstIndex: 1, count: 3);
        using var disk = new ReadOnlyDisk(directory.Path);
        Assert.Equal(3, LogInspection.Read(disk).LastIndex);
        Assert.Equal(0, disk.FreeBytes);
        Assert.True(disk.Exists(SegmentName.Of(1)));
        Assert.Throws<NotSupportedException>(() => disk.Create("a"));
        Assert.Throws<NotSupportedException>(() => disk.Rename(SegmentName.Of(1), "a"));
        Assert.Throws<NotSupportedException>(() => disk.Delete(SegmentName.Of(1)));
        Assert.Throws<NotSupportedException>(disk.SyncDirectory);
        using IDiskFile file = disk.Open(SegmentName.Of(1));
        Assert.ThrowsAny<Exception>(() => file.Write(0, [1]));
    }

    private static string Contents(SimulatedDisk disk) =>
        string.Join('\n', disk.List().Select(name => $"{name} {Convert.ToHexString(disk.Peek(name))}"));
}
