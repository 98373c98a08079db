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

    /// <summary>How many decisions there are.</summary>
    public int Count => Steps.Count + Fates.Count + NewLeaders.Count;
}

/// <summary>A step and its instant, true time.</summary>
internal readonly record struct TimedStep(TimeSpan At, Step Step);
