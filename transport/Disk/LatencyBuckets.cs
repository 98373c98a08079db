namespace DEngine.Transport;

/// <summary>
/// How often something took how long, in fixed buckets. One thread adds, any thread reads; a reader may see a count without its sum for a moment.
/// </summary>
public sealed class LatencyBuckets
{
    private static readonly double[] UpperBounds =
        [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

    private readonly long[] _counts = new long[UpperBounds.Length + 1];
    private double _sum;

    /// <summary>Upper bounds of the buckets in seconds, ascending; one more bucket has no bound.</summary>
    public static ReadOnlySpan<double> BoundsSeconds => UpperBounds;

    /// <summary>Sum of all durations in seconds.</summary>
    public double SumSeconds => Volatile.Read(ref _sum);

    /// <summary>How many fell into a bucket and into no earlier one.</summary>
    public long CountOf(int bucket) => Volatile.Read(ref _counts[bucket]);

    internal void Add(TimeSpan duration)
    {
        double seconds = duration.TotalSeconds;
        int bucket = 0;
        while (bucket < UpperBounds.Length && seconds > UpperBounds[bucket]) bucket++;
        Volatile.Write(ref _counts[bucket], _counts[bucket] + 1);
        Volatile.Write(ref _sum, _sum + seconds);
    }
}
