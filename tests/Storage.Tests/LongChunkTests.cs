using DEngine.Core;

namespace DEngine.Storage.Tests;

/// <summary>In a long chunk of a snapshot one bit is put right only where the state's digest has the last word (D5).</summary>
public sealed class LongChunkTests
{
    private const string Name = "snapshot";

    [Theory]
    [InlineData(SnapshotSection.Sessions, 3000, true, false)]
    [InlineData(SnapshotSection.Sessions, 5000, false, false)]
    [InlineData(SnapshotSection.State, 3000, true, false)]
    [InlineData(SnapshotSection.State, 5000, true, true)]
    public void A_bit_in_a_chunk_is_put_right_where_the_guess_is_safe(SnapshotSection section, int length, bool isRight, bool needsDigest)
    {
        const int Chunk = SnapshotFormat.HeaderBytes;
        foreach (int at in (int[])[Chunk, Chunk + 1, Chunk + SnapshotFormat.ChunkHeaderBytes + (length / 2)])
        {
            var disk = new SimulatedDisk();
            using IDiskFile file = disk.Create(Name);
            byte[] header = new byte[SnapshotFormat.HeaderBytes];
            uint checksum = SnapshotFormat.WriteHeader(header, new LogPosition(1, 9));
            byte[] chunk = new byte[SnapshotFormat.ChunkHeaderBytes + length];
            checksum = SnapshotFormat.WriteChunkHeader(chunk, section, checksum);
            byte[] end = [.. new byte[SnapshotFormat.ChunkHeaderBytes], 1, 0, 0, 0, 0, 0, 0, 0];
            SnapshotFormat.WriteChunkHeader(end, SnapshotSection.End, checksum);
            file.Write(0, [.. header, .. chunk, .. end]);
            file.Sync();
            disk.FlipBit(Name, at, 3);
            SnapshotReader reader = SnapshotReader.Open(file, mayRepair: true);
            while (reader.TryRead(out _, out _))
            {
            }

            Assert.Equal((isRight, needsDigest), (reader.IsWhole, reader.NeedsDigest));
        }
    }

    /// <summary>Garbage that looks like one flipped bit: the state does not come to its digest, so the snapshot is damaged and not wrong.</summary>
    [Fact]
    public void Garbage_in_a_long_chunk_of_the_state_does_not_come_to_its_digest()
    {
        var disk = new SimulatedDisk();
        string name;
        var harness = new SnapshotHarness();
        for (int i = 1; i <= 100; i++) harness.Apply(SnapshotHarness.Put(1, i, BitConverter.GetBytes(i), new byte[100]));
        using (var files = new SnapshotFiles(disk)) name = SnapshotName.Of(harness.Save(files).Last);
        byte[] bytes = disk.Peek(name);
        int chunk = SnapshotFormat.HeaderBytes;
        while (SnapshotFormat.SectionOf(bytes.AsSpan(chunk)) != SnapshotSection.State)
            chunk += SnapshotFormat.ChunkHeaderBytes + SnapshotFormat.LengthOf(bytes.AsSpan(chunk));
        int length = SnapshotFormat.LengthOf(bytes.AsSpan(chunk));
        Assert.True(length > WriteAheadLogOptions.MendBytesMaxDefault);
        byte[] covered = [.. bytes.AsSpan(chunk, 8), .. bytes.AsSpan(chunk + SnapshotFormat.ChunkHeaderBytes, length)];
        var random = new DeterministicRandom(3);
        ImitatedFlip.Apply(covered, 1000, 512, 8 * 3000, ref random);
        disk.Poke(name, chunk + SnapshotFormat.ChunkHeaderBytes, covered.AsSpan(8));
        (NodeRecovery found, _) = SnapshotHarness.Recover(disk);
        Assert.Equal((RecoveryReason.Damaged, true), (found.Storage.Recovery, found.Snapshot.IsNone));
    }
}
