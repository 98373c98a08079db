namespace DEngine.Simulation.Checking;

/// <summary>A history that cannot be judged: which line, and what is wrong with it. Correct the file.</summary>
public sealed class HistoryFormatException(int lineNumber, string reason) : FormatException($"line {lineNumber}: {reason}")
{
    /// <summary>From 1.</summary>
    public int LineNumber { get; } = lineNumber;

    /// <summary>What is wrong, without the line number.</summary>
    public string Reason { get; } = reason;
}
