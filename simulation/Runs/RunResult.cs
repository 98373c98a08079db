using System.Globalization;
using DEngine.Simulation.Checking;

namespace DEngine.Simulation.Runs;

/// <summary>How a run was judged.</summary>
public enum RunVerdict
{
    Passed,

    /// <summary>A promise was broken.</summary>
    Violation,

    /// <summary>No progress although a quorum was up and nothing went wrong any more.</summary>
    Stuck,

    /// <summary>No promise was broken, and the disks that are left whole are no quorum: by design nobody goes on then.</summary>
    Unrecoverable,
}

/// <summary>What came out of a run.</summary>
/// <param name="Seed">The seed; together with the code it determines everything else here.</param>
/// <param name="Verdict">The judgement.</param>
/// <param name="Reason">What was broken, when and where; empty when passed.</param>
/// <param name="TraceHash">One number for everything that happened.</param>
/// <param name="SimulatedTime">True time that passed in the simulated world.</param>
/// <param name="Events">Events processed.</param>
/// <param name="Operations">Client operations completed, one way or another.</param>
/// <param name="Faults">Faults injected: crashes, losses, partitions, pauses, lost and doubled frames.</param>
/// <param name="History">The clients' history.</param>
public sealed record RunResult(
    ulong Seed,
    RunVerdict Verdict,
    string Reason,
    ulong TraceHash,
    TimeSpan SimulatedTime,
    long Events,
    long Operations,
    long Faults,
    HistoryRecorder History)
{
    /// <summary>Whether the code is to blame.</summary>
    public bool IsFailure => Verdict is RunVerdict.Violation or RunVerdict.Stuck;

    /// <summary>Which promise was broken: the first word of the reason, such as LIN; empty when passed.</summary>
    public string Tag => Reason.Split(' ')[0];

    /// <summary>
    /// Seed and trace as one number. The sum of many says whether the same seeds did the same, whatever order they were run in.
    /// </summary>
    public ulong Fingerprint
    {
        get
        {
            var hash = new World.TraceHash();
            hash.Add(Seed);
            hash.Add(TraceHash);
            hash.Add(0);
            return hash.Value;
        }
    }

    /// <summary>How much happened.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"trace {TraceHash:x16}, {SimulatedTime.TotalSeconds:F3} s simulated, {Events} events, {Operations} operations, {Faults} faults");

    /// <summary>The verdict, and what is behind it.</summary>
    public string Describe()
    {
        string verdict = Verdict switch
        {
            RunVerdict.Passed => "passed",
            RunVerdict.Violation => "VIOLATION",
            RunVerdict.Stuck => "STUCK",
            RunVerdict.Unrecoverable => "unrecoverable by design",
            _ => throw new InvalidOperationException($"unknown verdict {Verdict}"),
        };
        return Reason.Length == 0
            ? verdict
            : string.Create(CultureInfo.InvariantCulture, $"{verdict} at {SimulatedTime.TotalSeconds:F6} s: {Reason}");
    }

    /// <summary>The one line that <c>run</c> prints, and why if it did not pass; the same on every machine.</summary>
    public override string ToString()
    {
        string verdict = IsFailure ? Verdict.ToString().ToUpperInvariant() : Verdict.ToString().ToLowerInvariant();
        return $"seed {Seed}: {verdict}, {Summary}{(Reason.Length == 0 ? "" : $"\n  {Describe()}")}";
    }
}
