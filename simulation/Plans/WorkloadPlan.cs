using System.Collections.Immutable;
using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>What clients do.</summary>
public sealed record WorkloadPlan
{
    internal const string CounterPrefix = "count";
    private const int KeyCountMax = 80;

    public required int ClientCount { get; init; }

    public required int KeyCount { get; init; }

    /// <summary>Longest pause of a client between operations.</summary>
    public required TimeSpan ThinkTimeMax { get; init; }

    /// <summary>Share of the reads that ask for a lease's promise; none where clocks run wild, because leases rest on clocks.</summary>
    public required double LeaseReads { get; init; }

    /// <summary>Operations a client begins at most while faults go on.</summary>
    public required int OperationsMax { get; init; }

    /// <summary>How often each function comes, relative to the others; 0 turns one off. Indexed by <see cref="ClientFunction"/>.</summary>
    public ImmutableArray<int> Weights { get; init; } = [8, 8, 3, 1, 0, 0, 0];

    /// <summary>Share of the reads and scans that ask for no promise but the eventual one.</summary>
    public double EventualReads { get; init; }

    /// <summary>Share of the reads and scans that insist on a follower.</summary>
    public double FollowerReads { get; init; }

    /// <summary>Share of the operations that go to the first key, whatever the others do.</summary>
    public double HotKey { get; init; }

    /// <summary>How many counters there are beside the keys; 0 where nobody adds.</summary>
    public int CounterCount { get; init; }

    /// <summary>Length of the longest values, in characters; one value out of twenty is long.</summary>
    public int ValueLengthMax { get; init; } = 2000;

    /// <summary>Clients give an operation up after about the time that one attempt takes, and turn to the next one.</summary>
    public bool IsHasty { get; init; }

    /// <summary>That a client, when it has the answer to a command, uses its number again: for the same command or for another one. In [0, 1].</summary>
    public double Careless { get; init; }

    internal int TotalWeight => Weights.Sum();

    /// <summary>How often a function comes, relative to the others.</summary>
    public int WeightOf(ClientFunction function) => Weights[(int)function];

    /// <summary>The same plan with another weight of one function.</summary>
    public WorkloadPlan With(ClientFunction function, int weight) => this with { Weights = Weights.SetItem((int)function, weight) };

    internal static string KeyOf(long number) => $"k{number}";

    internal static string CounterOf(long number) => $"{CounterPrefix}{number}";

    /// <summary>Whether a key is counted up and read, and nothing else.</summary>
    internal static bool IsCounter(string key) => key.StartsWith(CounterPrefix, StringComparison.Ordinal);

    internal ClientFunction Pick(ref DeterministicRandom random)
    {
        long pick = random.Next(TotalWeight);
        int function = 0;
        while ((pick -= Weights[function]) >= 0) function++;
        return (ClientFunction)function;
    }

    /// <param name="random">The plan's stream.</param>
    /// <param name="mix">Another one, for what came later: the rest of a seed's plan stays what it was.</param>
    /// <param name="scale">Of all times.</param>
    /// <param name="clocks">How clocks run.</param>
    internal static WorkloadPlan Draw(ref DeterministicRandom random, ref DeterministicRandom mix, long scale, ClockPlan clocks)
    {
        var plan = new WorkloadPlan
        {
            ClientCount = (int)random.Between(2, 8),
            KeyCount = (int)random.Between(1, 3),
            ThinkTimeMax = TimeSpan.FromMilliseconds(scale * random.Between(1, 20)),
            LeaseReads = clocks.IsBounded ? random.NextDouble() * 0.6 : 0,
            OperationsMax = 200,
        };
        return plan.Mix(ref mix);
    }

    private WorkloadPlan Mix(ref DeterministicRandom random)
    {
        // What clients did before there was anything else to do: registers, reads and writes mostly.
        if (random.Chance(0.25)) return this;
        var weights = new int[Enum.GetValues<ClientFunction>().Length];
        for (int function = 0; function < weights.Length; function++) weights[function] = random.Chance(0.45) ? 0 : (int)random.Between(1, 10);

        // Somebody writes and somebody looks; and a text that is appended to is begun anew now and then, or it grows without end.
        weights[(int)ClientFunction.Read] = (int)random.Between(2, 10);
        int appends = weights[(int)ClientFunction.Append];
        if (weights[(int)ClientFunction.Write] == 0 && appends + weights[(int)ClientFunction.Add] == 0) weights[(int)ClientFunction.Write] = 8;
        if (appends > 0) weights[(int)ClientFunction.Delete] = Math.Max(1, weights[(int)ClientFunction.Delete]);
        return this with
        {
            Weights = [.. weights],
            KeyCount = random.Chance(0.2) ? (int)random.Between(4, KeyCountMax) : KeyCount,
            HotKey = random.Chance(0.5) ? random.NextDouble() : 0,
            EventualReads = random.Chance(0.6) ? 0.8 * random.NextDouble() : 0,
            FollowerReads = random.Chance(0.6) ? random.NextDouble() : 0,
            CounterCount = weights[(int)ClientFunction.Add] > 0 ? (int)random.Between(1, 2) : 0,
            ValueLengthMax = random.Chance(0.1) ? 20_000 : 2000,
            IsHasty = random.Chance(0.15),
            Careless = random.Chance(0.2) ? 0.3 * random.NextDouble() : 0,
        };
    }
}
