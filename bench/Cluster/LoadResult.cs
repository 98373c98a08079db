namespace DEngine.Bench;

/// <summary>What came of a load.</summary>
/// <param name="Latencies">Of the requests that succeeded.</param>
/// <param name="Failed">Requests that did not.</param>
/// <param name="Duration">How long was measured.</param>
/// <param name="Processor">Processor time of each observed process in that time.</param>
internal sealed record LoadResult(LatencyHistogram Latencies, long Failed, TimeSpan Duration, IReadOnlyList<TimeSpan> Processor)
{
    public double PerSecond => Latencies.Count / Duration.TotalSeconds;
}
