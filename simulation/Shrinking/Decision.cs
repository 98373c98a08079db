using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.Shrinking;

/// <summary>One thing that a run would go without: a step, a frame's fate, or what waits for a new leader. One of the three is set.</summary>
internal sealed record Decision
{
    public TimedStep? Timed { get; init; }

    public (FrameName Frame, FrameFate Fate)? Framed { get; init; }

    public CrashNewLeaderStep? Waiting { get; init; }

    public bool IsOperation => Timed is { Step: OperationStep };

    /// <summary>What it has in common with others that may all be unnecessary.</summary>
    public string Category => Timed is { } timed ? timed.Step.GetType().Name : Framed is { } framed ? framed.Fate.Kind.ToString() : nameof(CrashNewLeaderStep);

    /// <summary>Takes a script apart.</summary>
    public static List<Decision> Of(RunScript script) =>
    [
        .. script.Fates.OrderBy(f => (f.Key.Term, f.Key.From, f.Key.To, f.Key.Kind, f.Key.Ordinal)).Select(f => new Decision { Framed = (f.Key, f.Value) }),
        .. script.NewLeaders.Select(w => new Decision { Waiting = w }),
        .. script.Steps.Select(t => new Decision { Timed = t }),
    ];

    /// <summary>Puts a script together.</summary>
    public static RunScript Join(IEnumerable<Decision> decisions)
    {
        var script = new RunScript();
        foreach (Decision decision in decisions)
        {
            if (decision.Timed is { } timed) script.Steps.Add(timed);
            else if (decision.Framed is { } framed) script.Fates.Add(framed.Frame, framed.Fate);
            else script.NewLeaders.Add(decision.Waiting!);
        }

        return script;
    }
}
