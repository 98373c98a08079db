namespace DEngine.Simulation.CommandLine;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and the answer is "yes".</summary>
    public const int Done = 0;

    /// <summary>The answer is "no": a violation, or nothing proven.</summary>
    public const int No = 1;

    /// <summary>Wrong arguments, or a file that cannot be read or understood.</summary>
    public const int WrongUse = 2;
}
