using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>The identity of a data directory: made once, there as long as its log, and nobody's else (Z4); each start is a life of its own (Z8).</summary>
public sealed class DirectoryIdentityTests
{
    private static readonly DirectoryOwner Owner = new("orders", new NodeId(2));

    [Fact]
    public void It_is_drawn_once_and_every_start_counts()
    {
        var disk = new SimulatedDisk();
        Assert.Equal(new DirectoryLife(new NodeIdentity(7), new Incarnation(1, 100)), Begin(disk, 7, 100, hasLog: false));
        Assert.Equal(new DirectoryLife(new NodeIdentity(7), new Incarnation(2, 200)), Begin(disk, 8, 200));
        var random = new DeterministicRandom(1);
        disk.PowerLoss(ref random, PowerLossPolicy.LoseEverything);
        Assert.Equal(new DirectoryLife(new NodeIdentity(7), new Incarnation(3, 300)), Begin(disk, 8, 300));
        disk.Erase();
        Assert.Equal(new DirectoryLife(new NodeIdentity(8), new Incarnation(1, 400)), Begin(disk, 8, 400, hasLog: false));
        Assert.Equal(new NodeIdentity(1), Begin(new SimulatedDisk(), 0, hasLog: false).Directory);
    }

    [Fact]
    public void Where_the_log_is_gone_the_identity_is_gone_too()
    {
        var disk = new SimulatedDisk();
        Begin(disk, 7, hasLog: false);
        var log = new WriteAheadLog(disk, new WriteAheadLogOptions());
        log.Open(_ => { });
        log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, 1)));
        log.Sync();
        log.Dispose();
        Assert.True(WriteAheadLog.IsIn(disk));
        Assert.Equal(7UL, Begin(disk, 8, hasLog: WriteAheadLog.IsIn(disk)).Directory.Value);

        foreach (string name in disk.List().Where(name => name != DirectoryIdentity.FileName)) disk.Delete(name);
        Assert.False(WriteAheadLog.IsIn(disk));
        Assert.Equal(new DirectoryLife(new NodeIdentity(9), new Incarnation(1, 5)), Begin(disk, 9, 5, hasLog: WriteAheadLog.IsIn(disk)));
    }

    [Theory]
    [InlineData("orders", 3, true)]
    [InlineData("orders", 3, false)]
    [InlineData("bills", 2, true)]
    public void The_directory_of_another_node_or_cluster_is_refused_and_left_as_it_is(string cluster, uint node, bool hasLog)
    {
        var disk = new SimulatedDisk();
        Begin(disk, 7, hasLog: false);
        byte[] before = disk.Peek(DirectoryIdentity.FileName);
        var other = new DirectoryOwner(cluster, new NodeId(node));
        var refused = Assert.Throws<WrongDirectoryException>(() => DirectoryIdentity.Begin(disk, other, hasLog, () => 8, 1));
        Assert.Equal((Owner, other), (refused.Found, refused.Expected));
        Assert.Contains("node 2 of cluster \"orders\"", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, disk.Peek(DirectoryIdentity.FileName));
    }

    [Fact]
    public void A_log_without_its_identity_is_refused()
    {
        var disk = new SimulatedDisk();
        var refused = Assert.Throws<StorageDamagedException>(() => Begin(disk, 7));
        Assert.Contains("is missing", refused.Message, StringComparison.Ordinal);
        Assert.Contains("dengine reset", refused.Message, StringComparison.Ordinal);
        Assert.Empty(disk.List());
    }

    [Fact]
    public void After_a_crash_at_any_operation_it_is_the_one_that_was_told_and_no_life_comes_twice()
    {
        CrashReport birth = CrashAtEveryOperation.Run(() => new Lives(starts: 1));
        Assert.True(birth.Recoveries > 20, $"{birth}");
        CrashReport lives = CrashAtEveryOperation.Run(() => new Lives(starts: 3));
        Assert.True(lives.Recoveries > 60, $"{lives}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void One_damaged_copy_is_put_right_and_two_are_said(int copy)
    {
        var disk = new SimulatedDisk();
        Assert.False(Begin(disk, 7, 1, hasLog: false).IsRepaired);
        for (uint bit = 9; bit < 8 * IdentityRecordBytes; bit += 61)
        {
            disk.FlipBit(DirectoryIdentity.FileName, (copy * IdentityRecordBytes) + (bit / 8), (int)bit % 8);
            DirectoryLife found = Begin(disk, 8, bit);
            Assert.Equal((7UL, true), (found.Directory.Value, found.IsRepaired));
            DirectoryLife next = Begin(disk, 8, bit);
            Assert.Equal((found.Incarnation.Starts + 1, false), (next.Incarnation.Starts, next.IsRepaired));
        }

        disk.FlipBit(DirectoryIdentity.FileName, 9, 3);
        disk.FlipBit(DirectoryIdentity.FileName, IdentityRecordBytes + 17, 3);
        var damaged = Assert.Throws<StorageDamagedException>(() => Begin(disk, 8));
        Assert.Contains("cannot be read", damaged.Message, StringComparison.Ordinal);

        // Without a log there is nothing that it would have stood for.
        Assert.Equal(8UL, Begin(disk, 8, hasLog: false).Directory.Value);
    }

    [Fact]
    public void A_full_disk_leaves_nothing_of_a_new_one_and_does_not_stop_the_next_life()
    {
        var disk = new SimulatedDisk { CapacityBytes = 16 };
        Assert.Throws<StorageFullException>(() => Begin(disk, 7, hasLog: false));
        Assert.Empty(disk.List());
        disk.CapacityBytes = long.MaxValue;
        Begin(disk, 8, hasLog: false);
        disk.CapacityBytes = 0;
        Assert.Equal(2U, Begin(disk, 9).Incarnation.Starts);
    }

    private const int IdentityRecordBytes = 512;

    private static DirectoryLife Begin(IDisk disk, ulong drawn, uint nonce = 1, bool hasLog = true) =>
        DirectoryIdentity.Begin(disk, Owner, hasLog, () => drawn, nonce);

    /// <summary>A life has been told of when its start has returned; a later one counts on from there.</summary>
    private sealed class Lives(int starts) : CrashScenario
    {
        private DirectoryLife _told;

        public override void Play(IDisk disk)
        {
            for (uint i = 0; i < starts; i++) _told = Begin(disk, 7, 100 + i, hasLog: i > 0);
        }

        public override string Recover(SimulatedDisk disk)
        {
            DirectoryLife found = Begin(disk, 8, 200, hasLog: !_told.Directory.IsNone);
            if (_told.Directory.IsNone) return "born again";
            Assert.Equal(_told.Directory, found.Directory);
            Assert.True(_told.Incarnation.IsOlderThan(found.Incarnation), $"{found.Incarnation} after {_told.Incarnation}");
            return $"{found.Directory}";
        }
    }
}
