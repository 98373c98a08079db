namespace DEngine.Simulation.Scenarios;

/// <summary>What a crash does with what was not synced.</summary>
internal enum Unsynced : byte
{
    /// <summary>The process ends, the machine does not: everything handed over stays.</summary>
    Stays,

    /// <summary>The power goes: all of it is lost.</summary>
    Lost,

    /// <summary>The power goes: all of it happens to have been written.</summary>
    Kept,

    /// <summary>The power goes: any subset survives, some of it torn.</summary>
    Shuffled,
}

/// <summary>The process ends, and starts again after a while.</summary>
internal sealed record CrashStep(int Node, Unsynced Unsynced, TimeSpan Down) : NodeStep(Node);

/// <summary>The process ends between two effects of a pass: before its <paramref name="Effects"/>-th from now.</summary>
internal sealed record CrashInPassStep(int Node, long Effects, TimeSpan Down) : NodeStep(Node);

/// <summary>
/// The process ends as soon as the node leads <paramref name="Term"/>, before the <paramref name="Effects"/>-th effect of that very pass: its first entry is
/// with some of the others, or with none. Waits for that moment, whenever it comes.
/// </summary>
internal sealed record CrashNewLeaderStep(int Node, long Term, long Effects, TimeSpan Down) : NodeStep(Node);

/// <summary>A process that is down starts again.</summary>
internal sealed record RestartStep(int Node) : NodeStep(Node);
