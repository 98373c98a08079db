using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Wire;

public sealed class Crc32CTests
{
    [Fact]
    public void It_is_the_checksum_of_the_standard()
    {
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0u, Crc32C.Compute([]));

        // RFC 3720 appendix B.4.
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Compute([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Compute([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    }

    [Fact]
    public void It_is_the_same_in_one_go_or_in_pieces() =>
        Prop.ForAll<byte[], byte[]>((first, second) =>
            Assert.Equal(Crc32C.Compute([.. first, .. second]), Crc32C.Compute(second, Crc32C.Compute(first)))).QuickCheckThrowOnFailure();

    [Fact]
    public void It_agrees_with_the_definition_bit_by_bit() =>
        Prop.ForAll<byte[], uint>((data, seed) =>
            Assert.Equal(BitByBit(data, seed), Crc32C.Compute(data, seed))).QuickCheckThrowOnFailure();

    private static uint BitByBit(byte[] data, uint seed)
    {
        uint crc = ~seed;
        foreach (byte next in data)
        {
            crc ^= next;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }
}
