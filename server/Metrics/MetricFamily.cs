using System.Diagnostics.Metrics;

namespace DEngine.Server.Metrics;

/// <summary>What Prometheus calls the kind of a metric.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>One instrument's series, one for every combination of tags.</summary>
internal sealed class MetricFamily(string name, Instrument instrument)
{
    /// <summary>Seconds: from a tenth of a millisecond to ten seconds.</summary>
    private static readonly double[] SecondsBounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    /// <summary>Anything else: counts and bytes.</summary>
    private static readonly double[] CountBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    public string Name { get; } = name;

    public string Help { get; } = instrument.Description ?? instrument.Name;

    public MetricKind Kind { get; } = KindOf(instrument);

    /// <summary>Whether the instrument is asked at every page, and answers with totals.</summary>
    public bool IsObserved { get; } = instrument.IsObservable;

    /// <summary>Whether measurements are changes, to be added up.</summary>
    public bool IsAddedUp { get; } = !instrument.IsObservable && !IsGenericOf(instrument, typeof(Gauge<>));

    /// <summary>Upper bounds of a histogram's buckets; null otherwise.</summary>
    public double[]? Bounds { get; } = KindOf(instrument) != MetricKind.Histogram ? null
        : AdvisedBounds(instrument) ?? (instrument.Unit is "s" or "seconds" ? SecondsBounds : CountBounds);

    public SortedDictionary<string, MetricSeries> Series { get; } = new(StringComparer.Ordinal);

    public static MetricKind KindOf(Instrument instrument)
    {
        if (IsGenericOf(instrument, typeof(Histogram<>)))
            return MetricKind.Histogram;
        return IsGenericOf(instrument, typeof(Counter<>)) || IsGenericOf(instrument, typeof(ObservableCounter<>)) ? MetricKind.Counter : MetricKind.Gauge;
    }

    private static bool IsGenericOf(Instrument instrument, Type open) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == open;

    private static double[]? AdvisedBounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        _ => null,
    };
}

/// <summary>The numbers of one combination of tags.</summary>
internal sealed class MetricSeries(double[]? bounds)
{
    /// <summary>Not yet added up over the buckets; the last one is for what is beyond every bound.</summary>
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Length + 1];

    /// <summary>The value; of a histogram, the sum.</summary>
    public double Value { get; private set; }

    public long Count { get; private set; }

    public ReadOnlySpan<long> Buckets => _buckets;

    public void Record(MetricFamily family, double value)
    {
        Value = family.IsAddedUp ? Value + value : value;
        Count++;
        if (_buckets is null || family.Bounds is not { } bounds)
            return;

        // A bucket's bound belongs to it: 0.001 counts as "at most 0.001".
        int at = Array.BinarySearch(bounds, value);
        _buckets[at < 0 ? ~at : at]++;
    }
}
