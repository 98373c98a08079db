using DEngine.Core;
using DEngine.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Storage.Tests;

/// <summary>The real disk, and that the simulated one shows the same as long as nothing goes wrong.</summary>
public sealed class RealDiskTests
{
    [Fact]
    public void A_directory_serves_one_owner_at_a_time()
    {
        using var directory = new TemporaryDirectory();
        using (new RealDisk(directory.Path))
        {
            var error = Assert.Throws<IOException>(() => new RealDisk(directory.Path));
            Assert.Contains("in use", error.Message, StringComparison.Ordinal);
            Assert.Contains(directory.Path, error.Message, StringComparison.Ordinal);
        }
        using var next = new RealDisk(directory.Path);
        Assert.Empty(next.List());
    }

    [Fact]
    public void A_directory_that_is_not_there_is_made()
    {
        using var directory = new TemporaryDirectory();
        using var disk = new RealDisk(Path.Combine(directory.Path, "one", "two"));
        disk.Create("a").Dispose();
        disk.SyncDirectory();
        Assert.Equal(["a"], disk.List());
        Assert.True(disk.FreeBytes > 0);
    }

    [Fact]
    public void What_it_makes_only_its_user_may_look_into()
    {
        if (OperatingSystem.IsWindows()) return;
        using var directory = new TemporaryDirectory();
        string one = Path.Combine(directory.Path, "one"), two = Path.Combine(one, "two");
        using var disk = new RealDisk(two);
        disk.Create("a").Dispose();
        const UnixFileMode ofFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(ofFile | UnixFileMode.UserExecute, File.GetUnixFileMode(one));
        Assert.Equal(ofFile | UnixFileMode.UserExecute, File.GetUnixFileMode(two));
        Assert.Equal(ofFile, File.GetUnixFileMode(Path.Combine(two, "a")));
        Assert.Equal(ofFile, File.GetUnixFileMode(Path.Combine(two, RealDisk.LockName)));
    }

    [Fact]
    public void A_directory_that_cannot_be_locked_for_another_reason_is_not_called_in_use()
    {
        if (OperatingSystem.IsWindows()) return;
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(Path.Combine(directory.Path, RealDisk.LockName), RealDisk.LockName);
        var error = Assert.Throws<IOException>(() => new RealDisk(directory.Path));
        Assert.DoesNotContain("in use", error.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be opened to lock it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_goes_or_is_replaced_under_its_owner_is_noticed()
    {
        if (OperatingSystem.IsWindows()) return;
        using var directory = new TemporaryDirectory();
        string data = Path.Combine(directory.Path, "data"), aside = Path.Combine(directory.Path, "aside");
        using var disk = new RealDisk(data);
        Assert.Null(disk.FindFault());
        Directory.Move(data, aside);
        Assert.Equal("is gone", disk.FindFault());
        Directory.CreateDirectory(data);
        Assert.Equal("is gone", disk.FindFault());
        File.WriteAllText(Path.Combine(data, RealDisk.LockName), $"{Environment.ProcessId} {Environment.MachineName}\n");
        Assert.Equal("has been replaced by another one", disk.FindFault());
        Directory.Delete(data, recursive: true);
        Directory.Move(aside, data);
        Assert.Null(disk.FindFault());
        File.Delete(Path.Combine(data, RealDisk.LockName));
        Assert.Equal("is gone", disk.FindFault());
    }

    [Fact]
    public void A_full_device_is_reported_as_full()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(Path.Combine(directory.Path, "full"), "/dev/full");
        using var disk = new RealDisk(directory.Path);
        using IDiskFile file = disk.Open("full");
        var error = Assert.Throws<StorageFullException>(() => file.Write(0, new byte[100]));
        Assert.Contains("No room left", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_not_flat_are_refused()
    {
        using var directory = new TemporaryDirectory();
        using var disk = new RealDisk(directory.Path);
        Assert.Throws<InvariantViolationException>(() => disk.Create("../a"));
        Assert.Throws<InvariantViolationException>(() => disk.Create("a/b"));
        Assert.Throws<InvariantViolationException>(() => disk.Create(""));
        Assert.Throws<FileNotFoundException>(() => disk.Open("a"));
        disk.Create("a").Dispose();
        Assert.Throws<IOException>(() => disk.Create("a"));
    }

    /// <summary>
    /// The end of a process in the middle of its work: nothing is disposed of, nothing synced; what was handed over is there.
    /// </summary>
    [Fact]
    public void What_was_written_outlives_the_process_without_a_sync()
    {
        using var directory = new TemporaryDirectory();
        var disk = new RealDisk(directory.Path);
        WriteAheadLog log = LogHarness.Open(disk);
        for (int i = 1; i <= 100; i++) log.Write(LogHarness.Batch(StorageUnderTest.MakeEntry(1, i)));
        disk.Dispose();
        using (var next = new RealDisk(directory.Path)) Assert.Equal(100, LogHarness.Recover(next).Entries.Count);
        log.Dispose();
    }

    [Fact]
    public void Writing_and_syncing_allocates_nothing_in_the_steady_state()
    {
        using var directory = new TemporaryDirectory();
        using var disk = new RealDisk(directory.Path);
        using WriteAheadLog log = LogHarness.Open(disk, new WriteAheadLogOptions { SegmentBytes = 8 << 20 });
        var batch = new PersistBatch();
        byte[] payload = new byte[256];
        long index = 0;
        for (int i = 0; i < 50; i++) WriteOne();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 300; i++) WriteOne();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void WriteOne()
        {
            batch.Reset();
            batch.Ticket = index;
            batch.HardState = new HardState(index, NodeId.None);
            for (int i = 0; i < 4; i++) batch.Add(new Entry(new LogPosition(1, ++index), EntryKind.Command, payload));
            log.Write(batch);
            log.Sync();
        }
    }

    [Fact]
    public void A_simulated_disk_shows_what_a_real_one_shows()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(ArbMap.Default.ArbFor<ushort[]>(), codes =>
        {
            using var directory = new TemporaryDirectory();
            using var real = new RealDisk(directory.Path);
            Assert.Equal(Play(real, codes), Play(new SimulatedDisk(), codes));
        }));
    }

    /// <summary>Each number is one operation on one of three files; the answer is everything there is to see.</summary>
    private static string Play(IDisk disk, ushort[] codes)
    {
        var seen = new List<string>();
        foreach (ushort code in codes)
        {
            string name = $"f{code % 3}", other = $"f{code / 3 % 3}";
            int argument = code / 9;
            if (!disk.Exists(name)) disk.Create(name).Dispose();
            using IDiskFile file = disk.Open(name);
            switch (argument % 5)
            {
                case 0:
                    byte[] bytes = new byte[argument % 7000];
                    bytes.AsSpan().Fill((byte)argument);
                    file.Write(argument * 3 % 5000, bytes);
                    break;
                case 1:
                    file.SetLength(argument % 9000);
                    break;
                case 2:
                    disk.Rename(name, other);
                    break;
                case 3:
                    disk.Delete(other);
                    break;
                default:
                    file.Sync();
                    disk.SyncDirectory();
                    break;
            }
            byte[] buffer = new byte[argument % 3000];
            int count = file.Read(argument, buffer);
            seen.Add($"{string.Join(',', disk.List())} {file.Length} {Convert.ToHexString(buffer, 0, count)}");
        }
        return string.Join('\n', seen);
    }
}
