using System.Globalization;

namespace DEngine.Bench;

/// <summary>The results as a table in Markdown, a row at a time: the name when a scenario begins, the rest when it ends.</summary>
internal static class ResultTable
{
    public static void WriteHeader(params IReadOnlyList<string> processes)
    {
        string names = string.Join(" | ", processes.Select(name => $"CPU {name}"));
        Console.WriteLine();
        Console.WriteLine($"| {"scenario",-40} | {"per second",10} | {"p50",9} | {"p99",9} | {names} | failed |");
        Console.WriteLine($"|{new string('-', 42)}|-----------:|----------:|----------:|{string.Concat(processes.Select(_ => "---:|"))}-------:|");
    }

    public static void WriteName(string scenario) => Console.Write($"| {scenario,-40} | ");

    public static void WriteRest(LoadResult result)
    {
        double count = Math.Max(1, result.Latencies.Count);
        string processor = string.Join(" | ", result.Processor.Select(time => Text(time / count)));
        Console.WriteLine(
            $"{result.PerSecond.ToString("N0", CultureInfo.InvariantCulture),10} | {Text(result.Latencies.Quantile(0.50)),9} | "
            + $"{Text(result.Latencies.Quantile(0.99)),9} | {processor} | {result.Failed} |");
    }

    private static string Text(TimeSpan time) => time < TimeSpan.FromMilliseconds(10)
        ? $"{time.TotalMicroseconds.ToString("0", CultureInfo.InvariantCulture)} us"
        : $"{time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms";
}
