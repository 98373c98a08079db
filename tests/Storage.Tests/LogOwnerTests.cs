using DEngine.Core;

namespace DEngine.Storage.Tests;

/// <summary>A log belongs to a directory, and is refused in another one before anything is changed (Z4).</summary>
public sealed class LogOwnerTests
{
    private static readonly NodeIdentity One = new(0x1111);
    private static readonly NodeIdentity Other = new(0x2222);

    [Fact]
    public void A_log_of_another_directory_is_refused_and_left_as_it_is()
    {
        SimulatedDisk disk = Written(One);
        Dictionary<string, byte[]> before = Content(disk);
        disk.Faults = new FaultFrom(
            0, new DiskFault(DiskFaultKind.CrashBefore), DiskOperationKind.Write, DiskOperationKind.Create, DiskOperationKind.Delete, DiskOperationKind.Rename);
        var error = Assert.Throws<ForeignStorageException>(() => LogHarness.Open(disk, Of(Other)));
        Assert.Contains(One.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(Other.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Content(disk));
        disk.Faults = null;
        using WriteAheadLog log = LogHarness.Open(disk, Of(One));
        Assert.Equal(One, WriteAheadLog.OwnerOf(disk));
    }

    /// <summary>Files of two directories mixed: the newest segment, or the copy of term and vote, is another one's.</summary>
    [Theory]
    [InlineData("wal-0000000000000002.log")]
    [InlineData("hard-state")]
    public void One_file_of_another_directory_is_enough(string file)
    {
        SimulatedDisk disk = Written(One);
        byte[] foreign = Written(Other).Peek(file);
        disk.Delete(file);
        using (IDiskFile made = disk.Create(file)) made.Write(0, foreign);
        var error = Assert.Throws<ForeignStorageException>(() => LogHarness.Open(disk, Of(One)));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_segment_says_whose_it_is_the_recycled_ones_and_those_of_later_starts_too()
    {
        SimulatedDisk disk = Written(One);
        for (int start = 0; start < 3; start++)
        {
            using WriteAheadLog log = LogHarness.Open(disk, Of(One));
            long first = 201 + (100 * start);
            LogHarness.Append(log, term: 1, firstIndex: first, count: 100);
            log.DropBefore(first + 50);
        }

        Assert.All(new SegmentFiles(disk, LogHarness.Tiny).Owners(), found => Assert.Equal(One, found.Owner));
        Assert.True(new SegmentFiles(disk, LogHarness.Tiny).Owners().Count() > 1);
    }

    private static SimulatedDisk Written(NodeIdentity owner)
    {
        var disk = new SimulatedDisk();
        using WriteAheadLog log = LogHarness.Open(disk, Of(owner));
        LogHarness.Append(log, term: 1, firstIndex: 1, count: 200);
        log.Finish();
        return disk;
    }

    private static WriteAheadLogOptions Of(NodeIdentity owner) => LogHarness.Tiny with { Owner = owner };

    private static Dictionary<string, byte[]> Content(SimulatedDisk disk) => disk.Shown().ToDictionary(file => file, disk.Peek);
}
