using DEngine.Core;

namespace DEngine.Storage.Tests;

/// <summary>
/// Real files, some of which are gone or cut short: a log that ends before what was made durable is damaged, whatever is missing, and a vote that was durable
/// is never forgotten in silence (D5, D10).
/// </summary>
public sealed class LostPartsTests
{
    private static readonly WriteAheadLogOptions Small = new() { SegmentBytes = 16 << 10, ZeroAheadBytes = 4096 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_log_without_its_newest_segments_is_damaged_and_keeps_the_vote(int lost)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            using TemporaryDirectory directory = Filled(seed);
            foreach (string segment in Segments(directory)[^lost..]) File.Delete(segment);
            LogRecovery found = Open(directory, out long last);
            Assert.InRange(last, 1, 299);
            Assert.Equal(RecoveryReason.Damaged, found.Recovery);
            Assert.Contains(HardStateFile.Name, found.Damage, StringComparison.Ordinal);
            Assert.Equal(new HardState(6, new NodeId(3)), found.HardState);
            Assert.Equal(RecoveryReason.Damaged, Open(directory, out _).Recovery);
        }
    }

    [Fact]
    public void A_newest_segment_that_is_cut_short_is_damaged_when_an_entry_is_lost()
    {
        var random = new DeterministicRandom(7);
        int losing = 0;
        for (int cut = 0; cut < 60; cut++)
        {
            using TemporaryDirectory directory = Filled(cut);
            string newest = Segments(directory)[^1];
            using (FileStream file = File.OpenWrite(newest)) file.SetLength(random.Next(16 << 10));
            LogRecovery found = Open(directory, out long last);
            if (last < 300) losing++;
            Assert.Equal(last < 300 ? RecoveryReason.Damaged : RecoveryReason.None, found.Recovery);
            Assert.Equal(new HardState(6, new NodeId(3)), found.HardState);
            Assert.Equal(found.Recovery, Open(directory, out long again).Recovery);
            Assert.Equal(last, again);
        }

        Assert.InRange(losing, 20, 60);
    }

    /// <summary>The last group that was synced has no witness in the log; the copy of term and vote bears witness for it.</summary>
    [Fact]
    public void Damage_to_the_last_synced_group_is_not_taken_for_a_torn_tail()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using var directory = new TemporaryDirectory();
            using (var disk = new RealDisk(directory.Path))
            {
                using var log = new WriteAheadLog(disk, Small);
                log.Open(_ => { });
                log.Write(Batch(new HardState(4, new NodeId(2)), term: 1, index: 1, count: 1));
                log.Sync();
                log.Write(new PersistBatch { Ticket = 2, HardState = new HardState(5, new NodeId(3)) });
                log.Sync();
            }

            Damage(Segments(directory)[0], seed);
            LogRecovery found = Open(directory, out long last);
            Assert.Equal((1, RecoveryReason.Damaged), (last, found.Recovery));
            Assert.Equal(new HardState(5, new NodeId(3)), found.HardState);
            Assert.Equal(new HardState(5, new NodeId(3)), Open(directory, out _).HardState);
        }
    }

    [Fact]
    public void Without_any_segment_the_copy_says_that_there_was_a_log()
    {
        using TemporaryDirectory directory = Filled(1);
        foreach (string segment in Segments(directory)) File.Delete(segment);
        string[] before = Directory.GetFiles(directory.Path);
        Assert.Contains("says that there was one", Assert.Throws<StorageDamagedException>(() => Open(directory, out _)).Message, StringComparison.Ordinal);
        Assert.Equal(before.Order(), Directory.GetFiles(directory.Path).Order());
    }

    /// <summary>Nothing says any more how far the log went, nor in which term the node has voted last.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(600)]
    public void A_log_whose_copy_of_term_and_vote_is_gone_or_cut_short_is_refused_and_left_as_it_is(int length)
    {
        using TemporaryDirectory directory = Filled(1);
        string copy = Path.Combine(directory.Path, HardStateFile.Name);
        if (length < 0) File.Delete(copy);
        else
        {
            using FileStream file = File.OpenWrite(copy);
            file.SetLength(length);
        }

        Dictionary<string, byte[]> before = Content(directory);
        var error = Assert.Throws<StorageDamagedException>(() => Open(directory, out _));
        Assert.Contains(HardStateFile.Name, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Content(directory));
    }

    [Fact]
    public void A_copy_of_an_earlier_time_does_not_take_the_place_of_what_the_log_says()
    {
        using TemporaryDirectory directory = Filled(1, stopAt: 250, out byte[] early);
        File.WriteAllBytes(Path.Combine(directory.Path, HardStateFile.Name), early);
        LogRecovery found = Open(directory, out long last);
        Assert.Equal((300, RecoveryReason.None), (last, found.Recovery));
        Assert.Equal(new HardState(6, new NodeId(3)), found.HardState);
    }

    private static TemporaryDirectory Filled(int seed) => Filled(seed, stopAt: 0, out _);

    /// <summary>300 entries in 60 synced batches over several segments, term 6 from entry 251 on; ended without a clean stop.</summary>
    private static TemporaryDirectory Filled(int seed, long stopAt, out byte[] copy)
    {
        copy = [];
        var directory = new TemporaryDirectory();
        var random = new DeterministicRandom((ulong)seed + 1);
        using var disk = new RealDisk(directory.Path);
        using var log = new WriteAheadLog(disk, Small);
        log.Open(_ => { });
        for (int batch = 0; batch < 60; batch++)
        {
            HardState? voted = batch switch
            {
                0 => new HardState(5, new NodeId(2)),
                50 => new HardState(6, new NodeId(3)),
                _ => null,
            };
            log.Write(Batch(voted, term: batch < 50 ? 5 : 6, index: 1 + (5 * batch), count: 5, bytes: 100 + (int)random.Next(100)));
            log.Sync();
            if (5 * (batch + 1) == stopAt) copy = Read(Path.Combine(directory.Path, HardStateFile.Name));
        }

        return directory;
    }

    private static PersistBatch Batch(HardState? hardState, long term, long index, int count, int bytes = 0)
    {
        var batch = new PersistBatch { Ticket = 1, HardState = hardState };
        for (int i = 0; i < count; i++) batch.Add(new Entry(new LogPosition(term, index + i), EntryKind.Command, new byte[bytes]));
        return batch;
    }

    private static LogRecovery Open(TemporaryDirectory directory, out long last)
    {
        using var disk = new RealDisk(directory.Path);
        using var log = new WriteAheadLog(disk, Small);
        long found = 0;
        LogRecovery recovery = log.Open(entry => found = entry.Index);
        last = found;
        return recovery;
    }

    private static string[] Segments(TemporaryDirectory directory) => [.. Directory.GetFiles(directory.Path, "wal-*.log").Order()];

    /// <summary>Overwrites the last record of a segment, which is one of term and vote, with garbage.</summary>
    private static void Damage(string segment, int seed)
    {
        byte[] all = File.ReadAllBytes(segment);
        int end = (Array.FindLastIndex(all, value => value != 0) + 8) & ~7;
        using FileStream file = File.OpenWrite(segment);
        file.Position = end - RecordHeader.Bytes;
        var random = new DeterministicRandom((ulong)seed);
        for (int i = 0; i < RecordHeader.Bytes; i++) file.WriteByte((byte)random.Next(256));
    }

    private static byte[] Read(string file)
    {
        using FileStream opened = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[opened.Length];
        opened.ReadExactly(bytes);
        return bytes;
    }

    private static Dictionary<string, byte[]> Content(TemporaryDirectory directory) =>
        Directory.GetFiles(directory.Path).Order().ToDictionary(file => file, File.ReadAllBytes);
}
