namespace DEngine.Simulation.Scenarios;

/// <summary>
/// Everything that was done to a run from outside: with the plan and the code it determines the run. Recorded while the swarm decides, or read from a
/// scenario; a run that follows the recording of another is the same run.
/// </summary>
internal sealed class RunScript
{
    /// <summary>In order of time; those of one instant in order of the list, before anything else that happens then.</summary>
    public List<TimedStep> Steps { get; } = [];

    /// <summary>Frames that do not simply arrive.</summary>
    public Dictionary<FrameName, FrameFate> Fates { get; } = [];

    /// <summary>What waits for a node to lead a term.</summary>
    public List<CrashNewLeaderStep> NewLeaders { get; } = [];

    /// <summary>
    /// A pass that stood still went on before a decision was made. A script does not say where nothing came of a decision, so the step says for how long the
    /// pass stood still.
    /// </summary>
    /// <param name="read">For which it stood still.</param>
    /// <param name="until">When the decision was made, from the beginning of the standstill.</param>
    public void EndBeforeDecision(ThreadReadStep read, TimeSpan until)
    {
        int at = Steps.FindLastIndex(timed => ReferenceEquals(timed.Step, read));
        if (at >= 0) Steps[at] = Steps[at] with { Step = read with { Stall = until - new TimeSpan(1) } };
    }

    /// <summary>How many decisions there are.</summary>
    public int Count => Steps.Count + Fates.Count + NewLeaders.Count;
}

/// <summary>A step and its instant, true time.</summary>
internal readonly record struct TimedStep(TimeSpan At, Step Step);
