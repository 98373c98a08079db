using DEngine.Core;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Workload;

/// <summary>Who judges what an operation's client is told.</summary>
internal enum Judge : byte
{
    /// <summary>The history, at the end: an order of everything must exist.</summary>
    History,

    /// <summary>The counter's books, at once.</summary>
    Counter,

    /// <summary>The committed log, at once: the answer names the index that it is from.</summary>
    State,
}

/// <summary>What a client is at.</summary>
internal sealed class ClientOperation(OperationStep step, TimeSpan startedAt)
{
    public OperationStep Step { get; } = step;

    public TimeSpan StartedAt { get; } = startedAt;

    public Judge Judge { get; } = JudgeOf(step);

    /// <summary>Asks only, and may ask again anywhere.</summary>
    public bool IsRead { get; } = step.Function is ClientFunction.Read or ClientFunction.Scan;

    public ulong Number => (ulong)Step.Number;

    public ClientFunction Function => Step.Function;

    public string Key => Step.Key;

    /// <summary>Whether nothing older will do than what others have seen.</summary>
    public bool IsStrong => Step.Consistency != ReadConsistency.Eventual;

    /// <summary>What anybody had been told when it began: an index of the log.</summary>
    public long Acknowledged { get; init; }

    /// <summary>The lowest count that it may be told.</summary>
    public long CountMin { get; set; }

    /// <summary>What is to be applied; empty for one that only asks.</summary>
    public byte[] Command { get; set; } = [];

    public long RequestNumber { get; set; }

    public TimeSpan RetryAt { get; set; }

    public TimeSpan GiveUpAt { get; set; }

    public static Judge JudgeOf(OperationStep step) => step.Function switch
    {
        ClientFunction.Scan => Judge.State,
        ClientFunction.Add => Judge.Counter,
        ClientFunction.Read when step.Consistency == ReadConsistency.Eventual => Judge.State,
        ClientFunction.Read when WorkloadPlan.IsCounter(step.Key) => Judge.Counter,
        _ => Judge.History,
    };
}
