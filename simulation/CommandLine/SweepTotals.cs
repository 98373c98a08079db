using System.Globalization;
using DEngine.Simulation.Coverage;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.CommandLine;

/// <summary>What a sweep has done so far. Filled by several threads.</summary>
/// <param name="coverage">Where what the runs meet is gathered; null: nobody wants to know.</param>
internal sealed class SweepTotals(SweepCoverage? coverage)
{
    private readonly Lock _lock = new();
    private readonly List<RunResult> _failures = [];
    private TimeSpan _simulated;
    private long _events;
    private long _operations;
    private long _faults;
    private long _unrecoverable;
    private ulong _traces;

    public long Runs { get; private set; }

    public long PartsPrinted { get; set; }

    /// <summary>In order of seed.</summary>
    public IReadOnlyList<RunResult> Failures
    {
        get
        {
            lock (_lock) return [.. _failures.OrderBy(f => f.Seed)];
        }
    }

    /// <summary>Runs a seed and counts it.</summary>
    public void Run(ulong seed)
    {
        if (coverage is null)
        {
            Add(Simulator.Run(seed), null);
            return;
        }

        (RunResult result, SeedCoverage met) = RunCoverage.Run(seed);
        Add(result, met);
    }

    private void Add(RunResult result, SeedCoverage? met)
    {
        lock (_lock)
        {
            if (met is not null) coverage?.Add(met);
            Runs++;
            _simulated += result.SimulatedTime;
            _events += result.Events;
            _operations += result.Operations;
            _faults += result.Faults;
            if (result.IsFailure) _failures.Add(result);
            if (result.Verdict == RunVerdict.Unrecoverable) _unrecoverable++;
            _traces += result.Fingerprint;
        }
    }

    /// <param name="elapsed">Wall clock.</param>
    /// <param name="jobs">Cores that were kept busy.</param>
    public string Summary(TimeSpan elapsed, int jobs)
    {
        double cores = elapsed.TotalSeconds * jobs;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Runs} seeds, {_failures.Count} failed{(_unrecoverable > 0 ? $", {_unrecoverable} unrecoverable by design" : "")}: {_simulated.TotalHours:F2} h simulated in {elapsed.TotalSeconds:F0} s, {_events} events, {_operations} operations, {_faults} faults; all traces {_traces:x16}\neach core: {_simulated.TotalSeconds / cores:F0} times real time, {_events / cores:F0} events/s, {_operations / cores:F0} operations/s");
    }
}
