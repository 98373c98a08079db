using System.Diagnostics;

namespace DEngine.Bench;

/// <summary>Closed-loop load: a worker sends its next request when the one before has been answered.</summary>
internal sealed class LoadGenerator(TimeSpan warmUp, TimeSpan duration, Func<IReadOnlyList<TimeSpan>> processorTimes)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(10);

    public async Task<LoadResult> RunAsync(Scenario scenario, CancellationToken cancellation)
    {
        long from = Stopwatch.GetTimestamp() + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);
        long until = from + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        Task<(LatencyHistogram Latencies, long Failed)>[] workers =
        [
            .. Enumerable.Range(0, scenario.Workers)
                .Select(worker => Task.Run(() => WorkAsync(scenario.RequestOf(worker), worker, from, until, cancellation), cancellation)),
        ];
        await Task.Delay(warmUp, cancellation);
        IReadOnlyList<TimeSpan> before = processorTimes();
        long begun = Stopwatch.GetTimestamp();
        await Task.Delay(duration, cancellation);
        IReadOnlyList<TimeSpan> after = processorTimes();
        TimeSpan measured = Stopwatch.GetElapsedTime(begun);

        var all = new LatencyHistogram();
        long failed = 0;
        foreach ((LatencyHistogram latencies, long failures) in await Task.WhenAll(workers))
        {
            all.Add(latencies);
            failed += failures;
        }

        // The processors are read over the time that really passed, the requests are counted over the time that was meant.
        double scale = duration / measured;
        return new LoadResult(all, failed, duration, [.. after.Zip(before, (end, start) => (end - start) * scale)]);
    }

    private static async Task<(LatencyHistogram Latencies, long Failed)> WorkAsync(
        Request request, int worker, long from, long until, CancellationToken cancellation)
    {
        var latencies = new LatencyHistogram();
        long failed = 0;
        var keys = new Random(worker);
        for (long begun = Stopwatch.GetTimestamp(); begun < until; begun = Stopwatch.GetTimestamp())
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                await request(keys.Next(Sizes.Keys));
            }
            catch (Exception error) when (error is DEngineException or HttpRequestException)
            {
                failed++;
                await Task.Delay(PauseAfterFailure, cancellation);
                continue;
            }

            long ended = Stopwatch.GetTimestamp();
            if (ended >= from && ended < until) latencies.Add(Stopwatch.GetElapsedTime(begun, ended));
        }

        return (latencies, failed);
    }
}
