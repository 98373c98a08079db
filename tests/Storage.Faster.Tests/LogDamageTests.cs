using DEngine.Core;
using DEngine.Storage.Tests;
using Xunit.Abstractions;

namespace DEngine.Storage.Faster.Tests;

/// <summary>What was durable is found as it was, or the log says that it is damaged; never anything in between (D5).</summary>
public sealed class LogDamageTests(ITestOutputHelper output)
{
    private const string CommitFileName = "faster-log.commit";

    [Fact]
    public void A_flipped_bit_anywhere_is_told_or_does_not_matter()
    {
        SimulatedDisk disk = FasterLogHarness.MakeDisk(out LogState expected);
        int told = 0, harmless = 0;
        foreach (string file in disk.List())
        {
            long length = disk.Peek(file).Length;
            for (long offset = 0; offset < length; offset += 13)
            {
                SimulatedDisk damaged = disk.Copy();
                damaged.FlipBit(file, offset, (int)(offset % 8));
                bool isTold = IsTold(damaged, expected);
                Assert.False(isTold && file == CommitFileName, "each commit is there twice");
                if (isTold) told++;
                else harmless++;
            }
        }
        output.WriteLine($"{told} flips were told, {harmless} did not matter: fill, records that were dropped, the other copy of a commit");
        Assert.True(told > 100 && harmless > 100);
    }

    [Fact]
    public void Zeroed_pages_of_what_was_durable_are_told_or_do_not_matter()
    {
        SimulatedDisk disk = FasterLogHarness.MakeDisk(out LogState expected);
        int told = 0;
        foreach (string file in disk.List())
        {
            byte[] bytes = disk.Peek(file);
            for (int offset = 0; offset < bytes.Length; offset += 4096)
            {
                SimulatedDisk damaged = disk.Copy();
                damaged.Poke(file, offset, new byte[Math.Min(4096, bytes.Length - offset)]);
                if (IsTold(damaged, expected)) told++;
            }
        }
        Assert.True(told > 0);
    }

    [Fact]
    public void A_file_that_is_cut_or_gone_is_told()
    {
        SimulatedDisk disk = FasterLogHarness.MakeDisk(out LogState expected);
        foreach (string file in disk.List())
        {
            SimulatedDisk without = disk.Copy();
            without.Delete(file);
            Assert.True(IsTold(without, expected), file);
            int length = disk.Peek(file).Length;
            for (int cut = 0; cut < length; cut += 1000)
            {
                SimulatedDisk damaged = disk.Copy();
                using (IDiskFile opened = damaged.Open(file)) opened.SetLength(cut);
                IsTold(damaged, expected);
            }
        }
    }

    [Fact]
    public void Nothing_is_changed_on_a_disk_whose_log_is_refused()
    {
        SimulatedDisk disk = FasterLogHarness.MakeDisk(out _);
        string segment = disk.List().Last(name => name != CommitFileName);
        disk.FlipBit(segment, 100, 1);
        byte[][] before = [.. disk.List().Select(disk.Peek)];
        string message = Assert.Throws<StorageDamagedException>(() => FasterLogHarness.Recover(disk)).Message;
        Assert.Contains("Nothing", message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, disk.List().Select(disk.Peek));
    }

    /// <summary>A real directory, copied while the log is open, its unsynced tail zeroed or cut: as a machine may find it after the power went.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_synced_is_found_when_the_unsynced_pages_of_a_real_directory_are_lost(bool isCut)
    {
        using var directory = new TemporaryDirectory();
        using var copy = new TemporaryDirectory();
        using (var disk = new RealDisk(directory.Path))
        using (FasterLogStorage log = FasterLogHarness.Open(disk))
        {
            log.Write(FasterLogHarness.Batch(term: 1, first: 1, count: 30, payloadBytes: 200));
            log.Sync();
            var synced = disk.List().ToDictionary(name => name, name => new FileInfo(Path.Combine(directory.Path, name)).Length);
            // More than memory holds, so that FASTER has to write pages that no commit speaks of.
            log.Write(FasterLogHarness.Batch(term: 1, first: 31, count: 200, payloadBytes: 200));
            foreach (string name in disk.List())
            {
                string target = Path.Combine(copy.Path, name);
                File.Copy(Path.Combine(directory.Path, name), target);
                using FileStream file = File.OpenWrite(target);
                long kept = synced.GetValueOrDefault(name);
                long length = file.Length;
                file.SetLength(kept);
                if (!isCut) file.SetLength(length);
            }
        }
        using var left = new RealDisk(copy.Path);
        Assert.Equal(30, FasterLogHarness.Recover(left).Entries.Count);
    }

    [Fact]
    public void A_directory_with_a_write_ahead_log_is_refused()
    {
        var disk = new SimulatedDisk();
        using (var wal = new WriteAheadLog(disk)) wal.Open(_ => { });
        IReadOnlyList<string> before = disk.List();
        string message = Assert.Throws<IOException>(() => FasterLogHarness.Recover(disk)).Message;
        Assert.Contains("write-ahead log", message, StringComparison.Ordinal);
        Assert.Equal(before, disk.List());
        Assert.False(FasterLogStorage.IsIn(disk));
        Assert.True(WriteAheadLog.IsIn(disk));
    }

    /// <summary>False: what was durable is there, all of it. Anything else fails the test.</summary>
    private static bool IsTold(SimulatedDisk disk, LogState expected)
    {
        try
        {
            LogState found = FasterLogHarness.Recover(disk);
            Assert.True(expected.IsSameAs(found), $"expected {expected}, found {found}");
            return false;
        }
        catch (StorageDamagedException)
        {
            return true;
        }
    }
}
