namespace DEngine.Simulation.Runs;

/// <summary>How a run has ended.</summary>
/// <param name="Verdict">The judgement.</param>
/// <param name="Reason">Why, unless it has passed.</param>
internal readonly record struct Ending(RunVerdict Verdict, string Reason)
{
    public static Ending Passed => new(RunVerdict.Passed, "");

    /// <summary>Stuck for a reason, or passed when there is none.</summary>
    public static Ending StuckIf(string reason) => reason.Length == 0 ? Passed : new Ending(RunVerdict.Stuck, reason);
}
