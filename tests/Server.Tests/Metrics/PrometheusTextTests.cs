using System.Diagnostics.Metrics;
using System.Text;
using DEngine.Server.Metrics;

namespace DEngine.Server.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Counters_gauges_and_histograms_are_written_with_their_labels()
    {
        using MetricsCollector collector = new();
        using Meter meter = new("DEngine.Test");
        Counter<long> counter = meter.CreateCounter<long>("test.requests", null, "Requests");
        counter.Add(2, new KeyValuePair<string, object?>("path", "a\"b"));
        counter.Add(3, new KeyValuePair<string, object?>("path", "a\"b"));
        _ = meter.CreateObservableGauge("test.level", () => 7L);
        Histogram<double> histogram = meter.CreateHistogram<double>("test.duration", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] });
        histogram.Record(1);
        histogram.Record(3);

        PrometheusText page = new();
        collector.WriteTo(page);
        string text = Encoding.UTF8.GetString(page.ToUtf8());
        Assert.Contains("# TYPE test_requests_total counter\ntest_requests_total{path=\"a\\\"b\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE test_level gauge\ntest_level 7\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "test_duration_seconds_bucket{le=\"1\"} 1\ntest_duration_seconds_bucket{le=\"2\"} 1\ntest_duration_seconds_bucket{le=\"+Inf\"} 2\n"
            + "test_duration_seconds_sum 4\ntest_duration_seconds_count 2\n",
            text,
            StringComparison.Ordinal);
    }
}
