using System.Numerics;

namespace DEngine.Bench;

/// <summary>
/// How often each latency was seen, log-linear: every power of two is split into 64 buckets of equal width, so that a quantile is off by less than 1.6%
/// whatever its size. Example: 1000 ns has 10 bits, so its bucket is 16 ns wide and covers 992 to 1007 ns.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SplitBits = 6;
    private const int Split = 1 << SplitBits;

    private readonly long[] _counts = new long[(63 - SplitBits + 1) * Split];

    public long Count { get; private set; }

    public void Add(TimeSpan latency)
    {
        _counts[BucketOf(Math.Max(0, latency.Ticks * TimeSpan.NanosecondsPerTick))]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>The upper end of the bucket below which the given share, in (0, 1], of all latencies lies; zero when there are none.</summary>
    public TimeSpan Quantile(double share)
    {
        long rank = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0) return TimeSpan.FromMicroseconds(UpperEndOf(i) / 1000.0);
        }

        return TimeSpan.Zero;
    }

    private static int BucketOf(long nanoseconds)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)nanoseconds) - SplitBits);
        return (shift << SplitBits) + (int)(nanoseconds >> shift);
    }

    /// <summary>The first 128 buckets are one nanosecond wide; from there on each group of 64 is twice as wide as the one before.</summary>
    private static long UpperEndOf(int bucket)
    {
        int shift = Math.Max(0, (bucket >> SplitBits) - 1);
        long start = (long)(bucket - (shift << SplitBits)) << shift;
        return start + (1L << shift) - 1;
    }
}
