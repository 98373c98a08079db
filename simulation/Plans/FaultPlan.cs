using System.Collections.Immutable;
using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>Which faults come, and how often.</summary>
public sealed record FaultPlan
{
    private static readonly ImmutableArray<FaultKind> OfWildClocks = [FaultKind.ClockJump, FaultKind.ClockRate];

    private static readonly ImmutableArray<FaultKind> ThatEndProcesses =
    [
        FaultKind.Crash, FaultKind.PowerLoss, FaultKind.PowerLossOfAll, FaultKind.CrashInPass, FaultKind.CrashAtDisk, FaultKind.WriteError, FaultKind.SyncError,
    ];

    /// <summary>Mean time between faults.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>How often each kind comes, relative to the others; 0 turns one off. Indexed by <see cref="FaultKind"/>.</summary>
    public required ImmutableArray<int> Weights { get; init; }

    /// <summary>That a fault picks the leader rather than anybody.</summary>
    public required double LeaderBias { get; init; }

    /// <summary>
    /// That a node which has just been elected is cut off or ends before it has brought everybody up to date: the schedules in which two terms'
    /// entries fight for one index (figure 8).
    /// </summary>
    public required double MishapOfNewLeader { get; init; }

    /// <summary>Share of these mishaps that are old answers which come again: whoever leads once more hears what it was told the last time.</summary>
    public double EchoesOfNewLeader { get; init; }

    /// <summary>That a fault strikes at each moment of a kind, right then or a little later. Indexed by <see cref="Moment"/>.</summary>
    public ImmutableArray<double> Moments { get; init; } = [.. new double[Enum.GetValues<Moment>().Length]];

    /// <summary>An operator takes no vote from anybody when so few have one.</summary>
    public int VotersMin { get; init; } = 2;

    /// <summary>Longest time that a node is down, or a partition lasts.</summary>
    public required TimeSpan DurationMax { get; init; }

    /// <summary>Share of the processes that end which are back before they are missed.</summary>
    public double QuickRestarts { get; init; } = 0.3;

    /// <summary>No process ends: nodes are cut off, stand still and are slow, and remember all that they ever knew.</summary>
    public bool SparesProcesses { get; init; }

    /// <summary>The one node whose disk rots.</summary>
    public required int RottingNode { get; init; }

    /// <summary>Any disk rots, not that of one node only: a run may end without a quorum of whole disks then.</summary>
    public bool RotsEverywhere { get; init; }

    /// <summary>A disk that has rotted rots again soon, and its process ends there, so that it has to be opened.</summary>
    public bool RotsAgain { get; init; }

    /// <summary>Share of the damage that is more than a bit, and where the log ends or nearly so: in entries that others may not have.</summary>
    public double RotsAtEnd { get; init; }

    /// <summary>A disk that hangs may hang for its log alone, or for its snapshots alone.</summary>
    public bool HangsInParts { get; init; }

    /// <summary>That the log of a node which is cut off hangs, for longer than it is alone: what it has taken in there is under way when it is back.</summary>
    public double HangsWhenAlone { get; init; }

    /// <summary>The same plan with another probability for one kind of moment.</summary>
    public FaultPlan With(Moment moment, double probability) => this with { Moments = Moments.SetItem((int)moment, probability) };

    /// <summary>How often a kind comes, relative to the others.</summary>
    public int WeightOf(FaultKind kind) => Weights[(int)kind];

    internal int TotalWeight => Weights.Sum();

    /// <summary>The same plan with another weight of one kind.</summary>
    public FaultPlan With(FaultKind kind, int weight) => this with { Weights = Weights.SetItem((int)kind, weight) };

    /// <summary>The same plan with every kind of fault and every moment turned off.</summary>
    internal FaultPlan Nothing() => this with { Weights = [.. new int[Weights.Length]], Moments = [.. new double[Moments.Length]] };

    /// <summary>The same plan without anything that ends a process.</summary>
    internal FaultPlan Sparing()
    {
        FaultPlan sparing = this with { SparesProcesses = true };
        foreach (FaultKind kind in ThatEndProcesses) sparing = sparing.With(kind, 0);
        return sparing;
    }

    /// <summary>Most of what a regime is not about would only stand in its way.</summary>
    internal FaultPlan Quieter(ref DeterministicRandom random)
    {
        FaultPlan quieter = this;
        for (FaultKind kind = 0; kind < FaultKind.WrongEffect; kind++)
        {
            if (random.Chance(0.7)) quieter = quieter.With(kind, 0);
        }

        return quieter;
    }

    internal FaultKind Pick(ref DeterministicRandom random)
    {
        long pick = random.Next(TotalWeight);
        int kind = 0;
        while ((pick -= Weights[kind]) >= 0) kind++;
        return (FaultKind)kind;
    }

    /// <summary>Moments that come once or a few times in a term are struck often; those that come with every operation, now and then.</summary>
    internal static ImmutableArray<double> DrawMoments(ref DeterministicRandom random)
    {
        var probabilities = new double[Enum.GetValues<Moment>().Length];
        for (int moment = 0; moment < (int)Moment.Elected; moment++)
        {
            if (random.Chance(0.6)) continue;
            bool isCommon = (Moment)moment is Moment.Commit or Moment.Answer;
            probabilities[moment] = random.NextDouble() * (isCommon ? 0.02 : 0.5);
        }

        return [.. probabilities];
    }

    internal static FaultPlan Draw(ref DeterministicRandom random, long scale, int nodes, ClockPlan clocks)
    {
        var weights = new int[Enum.GetValues<FaultKind>().Length];
        for (int kind = 0; kind < (int)FaultKind.WrongEffect; kind++) weights[kind] = random.Chance(0.45) ? 0 : (int)random.Between(1, 10);
        if (clocks.IsBounded)
        {
            foreach (FaultKind kind in OfWildClocks) weights[(int)kind] = 0;
        }

        if (nodes < 3) weights[(int)FaultKind.BitRot] = 0;
        return new FaultPlan
        {
            Interval = TimeSpan.FromMilliseconds(scale * random.Between(5, 60)),
            Weights = [.. weights],
            LeaderBias = random.NextDouble(),
            MishapOfNewLeader = random.Chance(0.5) ? 0.9 * random.NextDouble() : 0,
            DurationMax = TimeSpan.FromMilliseconds(scale * random.Between(10, 80)),
            RottingNode = (int)random.Next(nodes),
        };
    }
}
