using DEngine.Server.CommandLine;

namespace DEngine.Server.Tests.CommandLine;

/// <summary>What one command said.</summary>
internal sealed record Session(int ExitCode, string Out, string Error)
{
    public static async Task<Session> Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await DEngineCommandLine.RunAsync(arguments, new Terminal(output, error)).WaitAsync(TimeSpan.FromMinutes(2));
        return new Session(exitCode, output.ToString(), error.ToString());
    }
}
