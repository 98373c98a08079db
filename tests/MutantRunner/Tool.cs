using System.Diagnostics;

namespace DEngine.Mutants;

/// <summary>Runs another program to its end, or to a limit of time.</summary>
internal static class Tool
{
    /// <returns>Exit code, or null when it was stopped at the limit; and everything it has printed.</returns>
    public static (int? ExitCode, string Output) Run(string program, IEnumerable<string> arguments, string directory, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start) ?? throw new MutantException($"{program} does not start");
        process.StandardInput.Close();
        var output = new OutputLines();
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => output.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(limit))
        {
            process.WaitForExit();
            return (process.ExitCode, output.ToString());
        }

        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return (null, output.ToString());
    }

    private sealed class OutputLines
    {
        private readonly Lock _lock = new();
        private readonly List<string> _lines = [];

        public void Add(string? line)
        {
            if (line is null) return;
            lock (_lock) _lines.Add(line);
        }

        public override string ToString()
        {
            lock (_lock) return string.Join('\n', _lines);
        }
    }
}
