using System.Globalization;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.CommandLine;

/// <summary>What has become of many bits, by the kind of file they were in. Filled by several threads.</summary>
internal sealed class BitFlipTotals
{
    private static readonly BitFlipOutcome[] Outcomes = Enum.GetValues<BitFlipOutcome>();

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long[]> _byKind = new(StringComparer.Ordinal);
    private readonly List<RunResult> _failures = [];
    private ulong _count;
    private long _operations;

    public ulong Count => Interlocked.Read(ref _count);

    /// <summary>In order of seed.</summary>
    public IReadOnlyList<RunResult> Failures
    {
        get
        {
            lock (_lock) return [.. _failures.OrderBy(failure => failure.Seed)];
        }
    }

    public void Add(BitFlipResult result)
    {
        lock (_lock)
        {
            string kind = KindOf(result.File);
            if (!_byKind.TryGetValue(kind, out long[]? counts)) _byKind[kind] = counts = new long[Outcomes.Length];
            counts[(int)result.Outcome]++;
            _operations += result.Run.Operations;

            // One damaged disk of three is never an excuse.
            if (result.Run.Verdict != RunVerdict.Passed) _failures.Add(result.Run);
        }

        Interlocked.Increment(ref _count);
    }

    /// <summary>A line for each kind of file, and the sum. When all runs are over.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine($"{"a bit of",-14}{"runs",8}{"harmless",12}{"put right",12}{"fetched back",14}{"refused",9}");
        foreach ((string kind, long[] counts) in _byKind) WriteLine(output, kind, counts);
        var sums = new long[Outcomes.Length];
        foreach (long[] counts in _byKind.Values)
        {
            for (int i = 0; i < sums.Length; i++) sums[i] += counts[i];
        }

        WriteLine(output, "all", sums);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Count} runs, {_failures.Count} failed, {_operations} operations judged"));
    }

    private static void WriteLine(TextWriter output, string kind, long[] counts) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{kind,-14}{counts.Sum(),8}{counts[(int)BitFlipOutcome.Harmless],12}{counts[(int)BitFlipOutcome.PutRight],12}{counts[(int)BitFlipOutcome.FetchedBack],14}{counts[(int)BitFlipOutcome.Refused],9}"));

    private static string KindOf(string file)
    {
        if (file.Length == 0) return "nothing";
        string extension = Path.GetExtension(file);
        return extension.Length == 0 ? file : $"*{extension}";
    }
}
