namespace DEngine.Server.CommandLine;

/// <summary>A command cannot be carried out, for a reason on this side.</summary>
internal sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    /// <summary>See <see cref="CommandLine.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
