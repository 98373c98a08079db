using DEngine.Core;
using DEngine.Storage;

namespace DEngine.Testing;

/// <summary>
/// Crashes a scenario at each of its disk operations in turn (before, in the middle of, after), then ends process or machine in several ways, and lets it
/// recover from each. For anything above <see cref="IDisk"/>, and any test framework.
/// </summary>
/// <example>
/// <code>
/// CrashReport report = CrashAtEveryOperation.Run(() => new MyScenario());
/// </code>
/// </example>
public static class CrashAtEveryOperation
{
    private const ulong AftermathConcern = 77;
    private const ulong RecoveryConcern = 78;

    /// <summary>Tries everything. Takes time in proportion to operations times what one recovery takes.</summary>
    /// <param name="makeScenario">Makes a new object for each crash; on several threads with <see cref="CrashOptions.Threads"/>.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ConformanceException">
    /// A recovery failed. The message says after which crash; the inner exception is the scenario's own.
    /// </exception>
    public static CrashReport Run(Func<CrashScenario> makeScenario, CrashOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(makeScenario);
        options ??= new CrashOptions();
        options.Check();
        var recorder = new OperationRecorder();
        makeScenario().Play(new SimulatedDisk(recorder));
        CrashPoint[] points = [.. recorder.CrashPoints()];
        if (points.Length == 0) throw new ConformanceException("The scenario asks its disk for nothing that changes anything: there is nothing to crash at.");
        var counters = new Counters();
        try
        {
            Parallel.ForEach(
                points, new ParallelOptions { MaxDegreeOfParallelism = options.Threads }, point => Try(makeScenario(), point, options, counters));
        }
        catch (AggregateException failures)
        {
            // The first is told; the others are mostly the same, at operations nearby.
            throw failures.InnerExceptions.OfType<ConformanceException>().FirstOrDefault() ?? failures.InnerExceptions[0];
        }

        return new CrashReport(recorder.Operations.Count, points.Length, counters.Recoveries, counters.CrashesDuringRecovery);
    }

    private static void Try(CrashScenario scenario, CrashPoint point, CrashOptions options, Counters counters)
    {
        var disk = new SimulatedDisk(new FaultAt(point.Operation.Ordinal, point.Fault));
        if (!Crashes(() => scenario.Play(disk)))
        {
            throw new ConformanceException(
                $"{point}: the scenario did not get there, or caught {nameof(SimulatedCrashException)}. It has to ask for the same operations every time, "
                + "and to let the crash through.");
        }

        disk.Faults = null;
        var random = DeterministicRandom.For((ulong)point.Operation.Ordinal, AftermathConcern + (ulong)point.Fault.Kind);
        SimulatedDisk process = disk.Copy();
        process.ProcessCrash();
        Check(scenario, process, $"{point}, the process alone", options, counters);
        Check(scenario, Lose(disk, ref random, PowerLossPolicy.LoseEverything), $"{point}, everything not synced lost", options, counters);
        Check(scenario, Lose(disk, ref random, PowerLossPolicy.KeepEverything), $"{point}, everything kept", options, counters);
        for (int i = 1; i <= options.Shuffles; i++)
            Check(scenario, Lose(disk, ref random, PowerLossPolicy.Shuffle), $"{point}, power loss {i} that keeps some", options, counters);
    }

    private static void Check(CrashScenario scenario, SimulatedDisk disk, string when, CrashOptions options, Counters counters)
    {
        SimulatedDisk before = disk.Copy();
        var recorder = new OperationRecorder();
        disk.Faults = recorder;
        string found = Recover(scenario, disk, when);
        disk.Faults = null;
        Interlocked.Increment(ref counters.Recoveries);
        GoOn(scenario, disk.Copy(), when);

        var random = DeterministicRandom.For((ulong)before.OperationCount, RecoveryConcern);
        if (options.FoundIsDurable)
        {
            disk.PowerLoss(ref random, PowerLossPolicy.LoseEverything);
            string again = Recover(scenario, disk, $"{when}, recovery, everything not synced lost");
            if (again != found) throw new ConformanceException($"{when}: recovered as \"{found}\", but after another power loss as \"{again}\".");
        }

        if (!options.CrashesDuringRecovery) return;
        foreach (CrashPoint point in recorder.CrashPoints())
        {
            if (point.Fault.Kind == DiskFaultKind.CrashBefore) continue;
            SimulatedDisk copy = before.Copy();
            copy.Faults = new FaultAt(point.Operation.Ordinal, point.Fault);
            if (!Crashes(() => scenario.Recover(copy)))
                throw new ConformanceException($"{when}, then {point}: the recovery did not get there again, or caught {nameof(SimulatedCrashException)}.");
            copy.Faults = null;
            copy.PowerLoss(ref random, PowerLossPolicy.Shuffle);
            Recover(scenario, copy, $"{when}, then {point} of the recovery");
            Interlocked.Increment(ref counters.CrashesDuringRecovery);
        }
    }

    private static string Recover(CrashScenario scenario, SimulatedDisk disk, string when)
    {
        try
        {
            return scenario.Recover(disk);
        }
        catch (Exception error)
        {
            throw new ConformanceException($"{when}: {error.Message}", error);
        }
    }

    private static void GoOn(CrashScenario scenario, SimulatedDisk disk, string when)
    {
        try
        {
            scenario.GoOn(disk);
        }
        catch (Exception error)
        {
            throw new ConformanceException($"{when}, recovery, going on: {error.Message}", error);
        }
    }

    private static bool Crashes(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (SimulatedCrashException)
        {
            return true;
        }
    }

    private static SimulatedDisk Lose(SimulatedDisk disk, ref DeterministicRandom random, PowerLossPolicy policy)
    {
        SimulatedDisk copy = disk.Copy();
        copy.PowerLoss(ref random, policy);
        return copy;
    }

    private sealed class Counters
    {
        public int Recoveries, CrashesDuringRecovery;
    }
}
