using DEngine.Core;

namespace DEngine.Transport.Tests;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Frames_are_found_however_the_bytes_are_cut(int cut)
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        byte[] sent = Frames(count: 20, largest: cut == 1 ? 200 : 200_000);
        Task sending = Task.Run(async () =>
        {
            for (int at = 0; at < sent.Length; at += cut) await pair.Left.SendAsync(sent.AsMemory(at, Math.Min(cut, sent.Length - at)));
            pair.Left.Dispose();
        });
        using var reader = new FrameReader(pair.Right, 1 << 20, default);
        var received = new List<byte>();
        while (await reader.ReceiveAsync())
        {
            Assert.Equal(FrameError.None, reader.Scan(out int verified));
            if (received.Count % 2 == 0)
            {
                received.AddRange(reader.Buffer[..verified]);
                reader.Consume(verified);
            }
            else
            {
                received.AddRange(reader.Detach(verified)[..verified]);
            }
        }

        await sending;
        Assert.True(received.SequenceEqual(sent));
    }

    [Fact]
    public async Task A_frame_above_the_limit_or_damaged_is_an_error_and_what_precedes_it_is_not()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        byte[] good = Frames(1, 50);
        byte[] large = Frames(1, 100_000, smallest: 90_000);
        await pair.Left.SendAsync((byte[])[.. good, .. large]);
        pair.Left.Dispose();
        using var reader = new FrameReader(pair.Right, 10_000, default);
        FrameError error = FrameError.None;
        int verified = 0;
        while (error == FrameError.None && await reader.ReceiveAsync()) error = reader.Scan(out verified);
        Assert.Equal(FrameError.TooLarge, error);
        Assert.Equal(good.Length, verified);
    }

    private static byte[] Frames(int count, int largest, int smallest = 0)
    {
        var random = new Random(count);
        var buffer = new FrameBuffer();
        for (int i = 0; i < count; i++)
        {
            byte[] key = new byte[random.Next(smallest, largest)];
            random.NextBytes(key);
            MessageEncoder.Write(buffer, new ClientGet((ulong)i, ReadConsistency.Eventual), key);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
