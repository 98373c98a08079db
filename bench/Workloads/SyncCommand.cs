using System.Diagnostics;
using System.Globalization;

namespace DEngine.Bench;

/// <summary>
/// One entry and a sync, by turns in the write-ahead log and in the log on FASTER, so that whatever else the machine does meets both alike: medians and their
/// ratio mean something on a busy machine too.
/// </summary>
internal static class SyncCommand
{
    private const int WarmUp = 200;

    public static int Execute(int rounds)
    {
        using var wal = new LogSync(batches: 1, entriesPerBatch: 1);
        using var faster = new LogSync(batches: 1, entriesPerBatch: 1, isFaster: true);
        double[] walMicroseconds = new double[rounds], fasterMicroseconds = new double[rounds];
        for (int round = -WarmUp; round < rounds; round++)
        {
            double first = Time(wal), second = Time(faster);
            if (round < 0) continue;
            walMicroseconds[round] = first;
            fasterMicroseconds[round] = second;
        }

        double walMedian = Median(walMicroseconds), fasterMedian = Median(fasterMicroseconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"entry and sync, medians of {rounds} by turns: write-ahead log {walMedian:0} us, log on FASTER {fasterMedian:0} us, ratio {fasterMedian / walMedian:0.00}"));
        return 0;
    }

    private static double Time(LogSync log)
    {
        long started = Stopwatch.GetTimestamp();
        log.Run();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
