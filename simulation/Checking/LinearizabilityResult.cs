namespace DEngine.Simulation.Checking;

/// <summary>What the keys of a history hold.</summary>
public enum LinearizabilityModel
{
    /// <summary>read, write.</summary>
    Register,

    /// <summary>read, write, cas.</summary>
    Cas,

    /// <summary>read, write, cas, delete, append.</summary>
    KeyValue,
}

/// <summary>What is known about a history.</summary>
public enum Verdict
{
    /// <summary>An order exists that respects real time and the model.</summary>
    Linearizable,

    /// <summary>None exists: proven.</summary>
    NotLinearizable,

    /// <summary>The search reached its bound. Nothing is known; never take it for an ok.</summary>
    Undecided,
}

/// <summary>Limits of the search.</summary>
public sealed record LinearizabilityOptions
{
    /// <summary>The default of <see cref="ConfigurationsMax"/>.</summary>
    public const int DefaultConfigurationsMax = 4_000_000;

    /// <summary>How many configurations are remembered for one key at a time; 1 and up. A million takes 100 MB at most.</summary>
    public int ConfigurationsMax { get; init; } = DefaultConfigurationsMax;
}

/// <summary>The verdict on a history.</summary>
/// <param name="Verdict">NotLinearizable if any key is; else Undecided if any key is; else Linearizable.</param>
/// <param name="OperationCount">All operations, whatever became of them.</param>
/// <param name="KeyCount">The keys that occur.</param>
/// <param name="ViolatingKeys">The keys that are not linearizable, in order of appearance.</param>
/// <param name="UndecidedKeys">The keys of which nothing is known, in order of appearance.</param>
/// <param name="Violation">The first violating key explained; null if there is none.</param>
/// <param name="Configurations">How many configurations the search remembered, over all keys.</param>
public sealed record LinearizabilityResult(
    Verdict Verdict,
    int OperationCount,
    int KeyCount,
    IReadOnlyList<string> ViolatingKeys,
    IReadOnlyList<string> UndecidedKeys,
    Violation? Violation,
    long Configurations)
{
    /// <summary>One line, or for a violation its whole explanation.</summary>
    public override string ToString() => Verdict switch
    {
        Verdict.Linearizable => $"ok: {OperationCount} operations on {KeyCount} keys linearizable",
        Verdict.NotLinearizable => Violation?.Explanation + (ViolatingKeys.Count > 1
            ? $"\n  {ViolatingKeys.Count - 1} more of {KeyCount} keys are not linearizable"
            : string.Empty),
        Verdict.Undecided => $"undecided: the search of {UndecidedKeys.Count} of {KeyCount} keys, "
            + $"first {HistoryValue.From(UndecidedKeys[0])}, reached its limit of configurations; this is no statement about the history",
        _ => throw new InvalidOperationException($"no such verdict: {Verdict}"),
    };
}

/// <summary>Why a key's history is not linearizable.</summary>
/// <param name="Key">The key.</param>
/// <param name="Unplaceable">
/// The operation with whose completion the history stopped being linearizable: all that completed before it can be ordered, but then
/// no place for this one is left.
/// </param>
/// <param name="IsEarliest">False when the search for it reached its bound: an earlier completion may already be to blame.</param>
/// <param name="Placed">One valid order of everything that completed before; open operations only where they explain something.</param>
/// <param name="Concurrent">The operations that overlap the unplaceable one, by invoke; failed ones excepted.</param>
/// <param name="Explanation">For people, 30 lines at most.</param>
public sealed record Violation(
    string Key,
    Operation Unplaceable,
    bool IsEarliest,
    IReadOnlyList<Operation> Placed,
    IReadOnlyList<Operation> Concurrent,
    string Explanation);
