using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>The identity of a data directory: made once, there ever after, and nobody's else (Z4).</summary>
public sealed class DirectoryIdentityTests
{
    private const int CopyBytes = 512;

    [Fact]
    public void It_is_drawn_once_and_kept()
    {
        var disk = new SimulatedDisk();
        Assert.Equal(new NodeIdentity(7), DirectoryIdentity.ReadOrCreate(disk, () => 7));
        Assert.Equal(new NodeIdentity(7), DirectoryIdentity.ReadOrCreate(disk, () => 8));
        var random = new DeterministicRandom(1);
        disk.PowerLoss(ref random, PowerLossPolicy.LoseEverything);
        Assert.Equal(new NodeIdentity(7), DirectoryIdentity.ReadOrCreate(disk, () => 8));
        disk.Erase();
        Assert.Equal(new NodeIdentity(8), DirectoryIdentity.ReadOrCreate(disk, () => 8));
        Assert.Equal(new NodeIdentity(1), DirectoryIdentity.ReadOrCreate(new SimulatedDisk(), () => 0));
    }

    [Fact]
    public void After_a_crash_at_any_operation_it_is_the_one_that_was_told_or_a_new_one()
    {
        CrashReport report = CrashAtEveryOperation.Run(() => new Birth());
        Assert.True(report.Recoveries > 20, $"{report}");
    }

    [Fact]
    public void One_damaged_copy_is_put_right_and_two_are_said()
    {
        var disk = new SimulatedDisk();
        DirectoryIdentity.ReadOrCreate(disk, () => 7, out bool isRepaired);
        Assert.False(isRepaired);
        foreach (int damagedByte in new[] { 9, CopyBytes + 17, 2 })
        {
            disk.FlipBit(DirectoryIdentity.FileName, damagedByte, 3);
            Assert.Equal(new NodeIdentity(7), DirectoryIdentity.ReadOrCreate(disk, () => 8, out isRepaired));
            Assert.True(isRepaired);
            var random = new DeterministicRandom(1);
            disk.PowerLoss(ref random, PowerLossPolicy.LoseEverything);
        }

        Assert.Equal(new NodeIdentity(7), DirectoryIdentity.ReadOrCreate(disk, () => 8, out isRepaired));
        Assert.False(isRepaired);
        disk.FlipBit(DirectoryIdentity.FileName, 9, 3);
        disk.FlipBit(DirectoryIdentity.FileName, CopyBytes + 17, 3);
        var damaged = Assert.Throws<StorageDamagedException>(() => DirectoryIdentity.ReadOrCreate(disk, () => 8));
        Assert.Contains("identity", damaged.Message, StringComparison.Ordinal);
        Assert.Contains("new member", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_leaves_nothing_of_it_behind()
    {
        var disk = new SimulatedDisk { CapacityBytes = 16 };
        Assert.Throws<StorageFullException>(() => DirectoryIdentity.ReadOrCreate(disk, () => 7));
        Assert.Empty(disk.List());
        disk.CapacityBytes = long.MaxValue;
        Assert.Equal(new NodeIdentity(8), DirectoryIdentity.ReadOrCreate(disk, () => 8));
    }

    private sealed class Birth : CrashScenario
    {
        private NodeIdentity _told;

        public override void Play(IDisk disk)
        {
            _told = DirectoryIdentity.ReadOrCreate(disk, () => 7);
        }

        public override string Recover(SimulatedDisk disk)
        {
            NodeIdentity found = DirectoryIdentity.ReadOrCreate(disk, () => 8);
            Assert.True(_told.IsNone ? found.Value is 7 or 8 : found == _told, $"{found} after {_told}");
            return found.ToString();
        }
    }
}
