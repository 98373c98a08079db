using System.Diagnostics;
using System.Text;

namespace DEngine.Server.Tests.Processes;

/// <summary>One <c>dengine start</c> as a real process; ended by its own id, never by name.</summary>
internal sealed class RealNode : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    public RealNode(string config)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "dengine"))
        {
            ArgumentList = { "start", $"CONFIG_PATH={config}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    /// <summary>As kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As kill does; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_said) _said.AppendLine(line);
    }
}
