namespace DEngine.Server.CommandLine;

/// <summary>What scripts learn from a command.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The answer is "no": key missing, comparison failed.</summary>
    public const int No = 1;

    /// <summary>Wrong use: arguments, configuration, a port that is taken.</summary>
    public const int WrongUse = 2;

    /// <summary>The cluster could not be reached, or gave no certain answer.</summary>
    public const int Unreachable = 3;

    /// <summary>A node that had to stop: its storage failed or an invariant broke (sysexits' EX_SOFTWARE).</summary>
    public const int Fatal = 70;
}
