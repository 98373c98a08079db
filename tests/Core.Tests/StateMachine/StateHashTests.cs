namespace DEngine.Core.Tests.StateMachine;

public sealed class StateHashTests
{
    /// <summary>Of every length up to some stripes: whichever bit turns over, the digest is another one, and no two are alike.</summary>
    [Fact]
    public void Every_bit_of_a_string_counts()
    {
        for (int length = 0; length <= 100; length++)
        {
            byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 37))];
            var seen = new HashSet<ulong> { Of(bytes) };
            for (int bit = 0; bit < length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True(seen.Add(Of(bytes)), $"bit {bit} of {length} bytes");
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void Where_a_string_ends_counts()
    {
        byte[] bytes = new byte[100];
        Assert.Equal(101, Enumerable.Range(0, 101).Select(length => Of(bytes.AsSpan(0, length))).Distinct().Count());
        for (int cut = 1; cut < 100; cut++) Assert.NotEqual(Of(bytes), Of(bytes.AsSpan(0, cut), bytes.AsSpan(cut)));
    }

    /// <summary>It is in snapshots and compared between machines: a change of these is a change of the formats.</summary>
    [Fact]
    public void The_digest_of_given_bytes_is_the_same_everywhere()
    {
        byte[] bytes = [.. Enumerable.Range(0, 77).Select(i => (byte)i)];
        Assert.Equal("d8a310150df90781 798061176ee4e256 6c5bc5492c5f141c 1e958c14d5262b60", $"{Of(default):x16} {Of(bytes.AsSpan(0, 5)):x16} {Of(bytes.AsSpan(0, 31)):x16} {Of(bytes):x16}");
    }

    private static ulong Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var hash = default(StateHash);
        hash.Add(first);
        if (!second.IsEmpty) hash.Add(second);
        return hash.Value();
    }
}
