using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;

namespace DEngine.Simulation.Shrinking;

/// <summary>Runs candidates, and keeps the last one that failed as the first run did.</summary>
internal sealed class Attempts(RunResult failure, Candidate first, Func<bool> isTimeUp, Action<int, int>? onProgress)
{
    /// <summary>Seeds that are tried beside the one that there is, where what is left hangs on chance.</summary>
    public const ulong OtherSeeds = 24;

    private const long EventsSpare = 20_000;
    private const int ElectionsSpare = 5;
    private const int DecisionsOfShortRun = 25;

    private readonly string _kind = FailureKind.Of(failure);

    public RunResult Failure => failure;

    public Candidate Best { get; private set; } = first;

    /// <summary>Runs so far.</summary>
    public int Runs { get; private set; }

    public bool IsTimeUp => isTimeUp();

    /// <summary>Runs are short enough by now to be tried under other seeds.</summary>
    public bool IsShort => Best.Decisions.Count <= DecisionsOfShortRun;

    /// <summary>Whether it fails in the same way; then it is the best from now on.</summary>
    public bool Try(Candidate candidate)
    {
        if (isTimeUp()) return false;
        RunPlan plan = candidate.Plan;
        TimeSpan last = candidate.Decisions.Select(d => d.Timed?.At ?? TimeSpan.Zero).Append(plan.SafetyPhase).Max();
        if (FailsInSafetyPhase) last += plan.Node.Raft.ElectionTimeoutMax * ElectionsSpare;
        plan = plan with { SafetyPhase = last };
        if (Run(plan, new RunOptions { Presets = candidate.Presets, Script = candidate.Script }) is not { } result || !IsSame(result)) return false;
        Best = WithoutTheEnd(candidate with { Plan = plan }, result.SimulatedTime);
        onProgress?.Invoke(Best.Decisions.Count, Runs);
        return true;
    }

    /// <summary>The same for one that is easier to read than the best one.</summary>
    public bool TryCheaper(Candidate candidate) => candidate.Cost() < Best.Cost() && Try(candidate);

    /// <summary>The same, under the seed that it has or under another one.</summary>
    public bool TryCheaperUnderAnySeed(Candidate candidate)
    {
        if (TryCheaper(candidate)) return true;
        for (ulong seed = 1; seed <= OtherSeeds && IsShort && !isTimeUp(); seed++)
        {
            if (TryCheaper(candidate.WithSeed(seed))) return true;
        }

        return false;
    }

    /// <summary>Whether a run fails in the same way, whoever decides what is done to it.</summary>
    public bool Fails(RunPlan plan, RunOptions options) => Run(plan, options) is { } result && IsSame(result);

    /// <summary>
    /// What broke while faults went on must do so again: in the end of a run everything heals and clients draw what they do, of which a scenario says nothing.
    /// </summary>
    public bool FailsInSafetyPhase { get; } = failure.SimulatedTime < first.Plan.SafetyPhase;

    private bool IsSame(RunResult result) => FailureKind.Of(result) == _kind;

    /// <summary>Null: it took too long, or broke the simulator, and is no failure of this kind.</summary>
    private RunResult? Run(RunPlan plan, RunOptions options)
    {
        Runs++;
        var patience = new Patience((failure.Events * 2) + EventsSpare, FailsInSafetyPhase, isTimeUp);
        try
        {
            return Simulator.Run(plan, options with { Watcher = patience });
        }
        catch (Exception e) when (e is OutOfPatienceException or InvalidOperationException or ArgumentException or IndexOutOfRangeException or IOException)
        {
            return null;
        }
    }

    /// <summary>What came after the failure had no part in it.</summary>
    private static Candidate WithoutTheEnd(Candidate candidate, TimeSpan failedAt)
    {
        Candidate cut = candidate.Where(d => d.Timed is not { } timed || timed.At <= failedAt);
        return failedAt < cut.Plan.SafetyPhase ? cut with { Plan = cut.Plan with { SafetyPhase = failedAt } } : cut;
    }
}
