using System.Buffers;
using DEngine.Core;

namespace DEngine.Storage.Tests;

/// <summary>A backup is checked while it passes by, in pieces of any size.</summary>
public sealed class SnapshotVerifierTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void A_whole_snapshot_is_whole_however_it_comes(int pieceBytes)
    {
        byte[] bytes = Encode(out SnapshotId id);
        var offsets = new List<long>();
        SnapshotVerifier verifier = Check(bytes, pieceBytes, (in SnapshotChunkFound chunk, ReadOnlySpan<byte> _) => offsets.Add(chunk.Offset));
        Assert.Empty(verifier.Damage);
        Assert.True(verifier.IsWhole);
        Assert.Equal(id, verifier.Id);
        Assert.Equal([36, 36 + 12 + 3, 36 + 12 + 3 + 12 + 200, 36 + 12 + 3 + 12 + 200 + 12], offsets);
    }

    /// <summary>Each byte in turn: whatever is turned over, it is noticed.</summary>
    [Fact]
    public void Every_byte_that_differs_is_noticed()
    {
        byte[] bytes = Encode(out _);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= 0x10;
            SnapshotVerifier verifier;
            try
            {
                verifier = Check(damaged, 50);
            }
            catch (InvalidDataException)
            {
                Assert.Fail($"byte {i} is taken for another version although its checksum is wrong");
                return;
            }

            Assert.False(verifier.IsWhole, $"byte {i}");
            Assert.NotEmpty(verifier.Damage);
        }
    }

    [Fact]
    public void A_damaged_payload_is_named_and_what_follows_is_looked_at()
    {
        byte[] bytes = Encode(out _);
        bytes[36 + 12 + 1] ^= 1;
        var sound = new List<bool>();
        SnapshotVerifier verifier = Check(bytes, 64, (in SnapshotChunkFound chunk, ReadOnlySpan<byte> _) => sound.Add(chunk.IsSound));
        Assert.Equal([false, true, true, true], sound);
        Assert.Equal("The chunk at offset 36 (sessions, 3 bytes) is not what was written", Assert.Single(verifier.Damage));
    }

    [Fact]
    public void What_is_missing_at_the_end_or_follows_it_is_damage()
    {
        byte[] bytes = Encode(out _);
        for (int length = 0; length < bytes.Length; length++) Assert.False(Check(bytes[..length], 64).IsWhole, $"{length} bytes");
        Assert.False(Check([.. bytes, 0], 64).IsWhole);
        Assert.Contains("Something follows its end", Check([.. bytes, 0], 64).Damage[0], StringComparison.Ordinal);
        Assert.Contains("no snapshot", Check("this is a text of more than 36 bytes, and no snapshot"u8.ToArray(), 64).Damage[0], StringComparison.Ordinal);
    }

    private static SnapshotVerifier Check(byte[] bytes, int pieceBytes, SnapshotChunkReader? onChunk = null)
    {
        var verifier = new SnapshotVerifier(onChunk);
        foreach (byte[] piece in bytes.Chunk(pieceBytes)) verifier.Add(piece);
        verifier.Complete();
        return verifier;
    }

    private static byte[] Encode(out SnapshotId id)
    {
        var encoder = new SnapshotEncoder(new LogPosition(3, 17));
        var output = new ArrayBufferWriter<byte>();
        encoder.Begin(output);
        encoder.Write(output, SnapshotSection.Sessions, [1, 2, 3]);
        encoder.Write(output, SnapshotSection.State, new byte[200]);
        encoder.Write(output, SnapshotSection.Digest, []);
        encoder.End(output);
        id = encoder.Id;
        Assert.Equal(output.WrittenCount, encoder.Bytes);
        return output.WrittenSpan.ToArray();
    }
}
