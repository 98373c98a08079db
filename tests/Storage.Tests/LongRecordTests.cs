using DEngine.Core;

namespace DEngine.Storage.Tests;

/// <summary>
/// The longer a record, the likelier its checksum takes garbage for one flipped bit: of 1 MiB, once in 512 cases. So long ones are lost, never guessed (D5).
/// Garbage that is made to look like that stands for the 512.
/// </summary>
public sealed class LongRecordTests
{
    private const int EntryIndex = 2;

    [Theory]
    [InlineData(5000)]
    [InlineData(64 << 10)]
    [InlineData(1 << 20)]
    public void Garbage_in_a_long_record_is_never_put_right_as_one_bit(int payloadBytes)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            using var directory = new TemporaryDirectory();
            Damage(directory, payloadBytes, seed);
            using var disk = new RealDisk(directory.Path);
            using var log = new WriteAheadLog(disk);
            var entries = new List<Entry>();
            LogRecovery found = log.Open(entries.Add);
            Assert.Equal((RecoveryReason.Damaged, 0, 1), (found.Recovery, found.Repairs, entries.Count));
            Assert.Equal([3L, 4L, 5L], found.Behind!.Select(entry => entry.Index));
        }
    }

    [Fact]
    public void The_scrub_does_not_put_a_long_record_right_either()
    {
        var disk = new SimulatedDisk();
        using WriteAheadLog log = LogHarness.Open(disk, new WriteAheadLogOptions { SegmentBytes = 64 << 10, ZeroAheadBytes = 4096 });
        LogHarness.Append(log, term: 1, firstIndex: 1, count: 1);
        LogHarness.Append(log, term: 1, firstIndex: EntryIndex, count: 1, payloadBytes: 6000);
        LogHarness.Append(log, term: 1, firstIndex: 3, count: 2);
        long offset = SegmentHeader.Bytes + RecordHeader.TotalBytes(40);
        byte[] before = disk.Peek(SegmentName.Of(1));
        byte[] after = Imitate(before, offset, RecordHeader.TotalBytes(6000), seed: 3);
        for (int at = 0; at < before.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                if (((before[at] ^ after[at]) >> bit & 1) != 0) disk.FlipBit(SegmentName.Of(1), at, bit);
            }
        }

        ScrubStep found = default;
        for (int steps = 0; steps < 20 && found.Damage is null or ""; steps++) found = log.Scrub(1 << 20);
        Assert.Equal("", found.Repaired);
        Assert.Contains($"offset {offset}", found.Damage, StringComparison.Ordinal);
    }

    /// <summary>What is made to look like a flipped bit does: without the limit it would be "put right".</summary>
    [Fact]
    public void The_garbage_looks_like_one_flipped_bit()
    {
        var random = new DeterministicRandom(5);
        byte[] sound = new byte[3000];
        for (int i = 0; i < sound.Length; i++) sound[i] = (byte)random.Next(256);
        byte[] damaged = [.. sound];
        ImitatedFlip.Apply(damaged, 1000, 512, 77, ref random);
        Assert.Equal(77, FlippedBit.Find(sound.Length, Crc32C.Compute(sound) ^ Crc32C.Compute(damaged)));
        Assert.InRange(sound.Zip(damaged).Count(pair => pair.First != pair.Second), 400, 512);
    }

    private static void Damage(TemporaryDirectory directory, int payloadBytes, int seed)
    {
        using (var disk = new RealDisk(directory.Path))
        {
            using WriteAheadLog log = LogHarness.Open(disk, new WriteAheadLogOptions());
            LogHarness.Append(log, term: 1, firstIndex: 1, count: 1);
            LogHarness.Append(log, term: 1, firstIndex: EntryIndex, count: 1, payloadBytes: payloadBytes);
            for (int index = 3; index <= 5; index++) LogHarness.Append(log, term: 1, firstIndex: index, count: 1);
            log.Finish();
        }

        string file = Path.Combine(directory.Path, SegmentName.Of(1));
        long offset = SegmentHeader.Bytes + RecordHeader.TotalBytes(40);
        File.WriteAllBytes(file, Imitate(File.ReadAllBytes(file), offset, RecordHeader.TotalBytes(payloadBytes), seed));
    }

    /// <summary>A sector of a record becomes garbage that looks like a bit turned over in its payload.</summary>
    private static byte[] Imitate(byte[] segment, long offset, long total, int seed)
    {
        byte[] damaged = [.. segment];
        var random = new DeterministicRandom((ulong)seed);
        const int Checksum = sizeof(uint);
        int from = (int)random.Between(RecordHeader.Bytes, total - 600);
        ImitatedFlip.Apply(damaged.AsSpan((int)offset + Checksum, (int)total - Checksum), from, 512, 8 * (total - 20), ref random);
        return damaged;
    }
}
