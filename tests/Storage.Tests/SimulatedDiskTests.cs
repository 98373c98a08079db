using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>The simulated disk forgets what a real one may forget, keeps what a real one must keep, and is the same every time.</summary>
public sealed class SimulatedDiskTests
{
    private const int Sector = 512;

    [Fact]
    public void What_is_not_synced_is_lost_with_the_machine_and_kept_when_only_the_process_ends()
    {
        var disk = new SimulatedDisk();
        IDiskFile file = disk.Create("a");
        disk.SyncDirectory();
        file.Write(0, [1, 2, 3]);
        file.Sync();
        file.Write(1, [9]);
        disk.ProcessCrash();
        Assert.Equal([1, 9, 3], disk.Peek("a"));
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Equal([1, 2, 3], disk.Peek("a"));
    }

    [Fact]
    public void A_name_is_durable_only_after_the_directory_has_been_synced()
    {
        var disk = new SimulatedDisk();
        IDiskFile file = disk.Create("a");
        file.Write(0, [1]);
        file.Sync();
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Empty(disk.List());

        file = disk.Create("a");
        file.Write(0, [1]);
        file.Sync();
        disk.SyncDirectory();
        disk.Rename("a", "b");
        Assert.Equal(["b"], disk.List());
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Equal(["a"], disk.List());
        disk.Delete("a");
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Equal(["a"], disk.List());
        Assert.Equal([1], disk.Peek("a"));
    }

    [Fact]
    public void Unsynced_writes_survive_in_any_order_and_torn_at_sectors()
    {
        bool laterWithoutEarlier = false, torn = false;
        for (ulong seed = 0; seed < 60; seed++)
        {
            var disk = new SimulatedDisk();
            IDiskFile file = disk.Create("a");
            file.SetLength(8 * Sector);
            file.Sync();
            disk.SyncDirectory();
            file.Write(0, Filled(1, Sector));
            file.Write(100 + Sector, Filled(2, 4 * Sector));
            var random = new DeterministicRandom(seed);
            disk.PowerLoss(ref random, PowerLossPolicy.Shuffle);
            byte[] left = disk.Peek("a");
            int second = left.Count(value => value == 2);
            laterWithoutEarlier |= left[0] == 0 && second == 4 * Sector;
            torn |= second is > 0 and < 4 * Sector;
            for (int sector = 0; sector < 8; sector++) Assert.True(left.AsSpan(sector * Sector, Sector).ToArray().Distinct().Count() <= 2);
            Assert.All(left.AsSpan(2 * Sector, Sector).ToArray(), value => Assert.Equal(left[2 * Sector], value));
        }
        Assert.True(laterWithoutEarlier && torn);
    }

    [Fact]
    public void The_same_seed_leaves_the_same_bytes()
    {
        Assert.Equal(Run(), Run());

        static string Run()
        {
            var disk = new SimulatedDisk();
            using (WriteAheadLog log = LogHarness.Open(disk)) new LogScript(seed: 11, entries: 100).Play(log, new LogModel(LogState.Empty));
            var random = new DeterministicRandom(5);
            disk.PowerLoss(ref random, PowerLossPolicy.Shuffle);
            return disk.OperationCount + string.Concat(disk.List().Select(name => name + Convert.ToHexString(disk.Peek(name))));
        }
    }

    [Fact]
    public void A_failed_sync_leaves_pages_that_a_later_sync_does_not_write()
    {
        var disk = new SimulatedDisk();
        IDiskFile file = disk.Create("a");
        disk.SyncDirectory();
        file.Write(0, [1]);
        disk.Faults = new FaultAt(disk.OperationCount, new DiskFault(DiskFaultKind.IoError));
        Assert.Throws<IOException>(file.Sync);
        file.Sync();
        Assert.Equal([1], disk.Peek("a"));
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Empty(disk.Peek("a"));
    }

    [Fact]
    public void A_dead_process_can_do_nothing_more()
    {
        var disk = new SimulatedDisk();
        IDiskFile file = disk.Create("a");
        disk.Faults = new FaultAt(disk.OperationCount, new DiskFault(DiskFaultKind.CrashDuring, KeptBytes: 2));
        Assert.Throws<SimulatedCrashException>(() => file.Write(0, [1, 2, 3]));
        Assert.Throws<SimulatedCrashException>(file.Sync);
        Assert.Throws<SimulatedCrashException>(() => disk.Delete("a"));
        disk.ProcessCrash();
        Assert.Equal([1, 2], disk.Peek("a"));
        Assert.Throws<SimulatedCrashException>(() => file.Write(0, [1]));
        disk.Open("a").Write(0, [7]);
    }

    [Fact]
    public void Zeros_take_no_memory()
    {
        var disk = new SimulatedDisk();
        IDiskFile file = disk.Create("a");
        byte[] zeros = new byte[1 << 20];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 64; i++) file.Write((long)i << 20, zeros);
        file.Sync();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 10);
        Assert.Equal(64 << 20, file.Length);
    }

    [Fact]
    public void Shortening_a_file_forgets_what_was_behind_its_new_end()
    {
        var disk = new SimulatedDisk();
        IDiskFile file = disk.Create("a");
        disk.SyncDirectory();
        file.Write(0, Filled(1, 9000));
        file.SetLength(4500);
        file.SetLength(9000);
        Assert.Equal(4500, disk.Peek("a").Count(value => value == 1));
        file.Sync();
        LogHarness.LoseEverythingUnsynced(disk);
        Assert.Equal(4500, disk.Peek("a").Count(value => value == 1));
    }

    private static byte[] Filled(byte value, int count)
    {
        byte[] bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
