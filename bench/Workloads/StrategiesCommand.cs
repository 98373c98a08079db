using System.Diagnostics;
using System.Globalization;

namespace DEngine.Bench;

/// <summary>
/// <see cref="AcknowledgedPuts"/> by turns, a thousand puts at a time, so that what else the machine does meets all strategies alike: medians and their ratio
/// to DiskFirst mean something on a busy machine too.
/// </summary>
internal static class StrategiesCommand
{
    private const int WarmUp = 3;

    public static async Task<int> ExecuteAsync(int rounds)
    {
        Console.WriteLine("| writers | put is answered when | median | per second | throughput / DiskFirst |");
        Console.WriteLine("|---:|---|---:|---:|---:|");
        foreach (int writers in (int[])[1, 100])
        {
            AcknowledgedPuts[] strategies = [.. Enum.GetValues<KeptWhen>().Select(kept => new AcknowledgedPuts { Kept = kept, Writers = writers })];
            try
            {
                foreach (AcknowledgedPuts puts in strategies) puts.Start();
                await MeasureAsync(strategies, rounds);
            }
            finally
            {
                foreach (AcknowledgedPuts puts in strategies) puts.Stop();
            }
        }

        return 0;
    }

    private static async Task MeasureAsync(AcknowledgedPuts[] strategies, int rounds)
    {
        double[][] microseconds = [.. strategies.Select(_ => new double[rounds])];
        for (int round = -WarmUp; round < rounds; round++)
        {
            for (int i = 0; i < strategies.Length; i++)
            {
                long begun = Stopwatch.GetTimestamp();
                await strategies[i].PutAsync();
                if (round >= 0) microseconds[i][round] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds / AcknowledgedPuts.Puts;
            }
        }

        double[] medians = [.. microseconds.Select(Median)];
        for (int i = 0; i < strategies.Length; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {strategies[i].Writers} | {Describe(strategies[i].Kept)} | {medians[i]:0.0} us | {1e6 / medians[i]:N0} | {medians[0] / medians[i]:0.00} |"));
        }
    }

    private static string Describe(KeptWhen kept) => kept switch
    {
        KeptWhen.Synced => "synced (DiskFirst)",
        KeptWhen.FlushedAtOnce => "written; synced at once behind it (MemFirst, Immediate)",
        KeptWhen.FlushedBy100 => "written; synced behind 100 or 20 ms (MemFirst, Batch)",
        KeptWhen.FlushedBy1000 => "written; synced behind 1,000 or 100 ms (MemFirst, Batch)",
        _ => $"{kept}",
    };

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
