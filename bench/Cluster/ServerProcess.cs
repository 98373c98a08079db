using System.Diagnostics;
using System.Globalization;

namespace DEngine.Bench;

/// <summary>One `dengine` process, started here and ended here.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int OutputLinesMax = 20;

    private readonly Process _process;
    private readonly Queue<string> _output = new();

    public ServerProcess(string executable, string configPath, string endpoint)
    {
        Endpoint = endpoint;
        var start = new ProcessStartInfo(executable, ["start", "--config", configPath])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["LOG_LEVEL"] = "error";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Endpoint { get; }

    public TimeSpan ProcessorTime
    {
        get
        {
            ThrowIfEnded();
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory that it holds at the moment (VmRSS), in bytes.</summary>
    public long ResidentBytes => Memory("VmRSS:");

    /// <summary>The most that it has held (VmHWM), in bytes.</summary>
    public long PeakResidentBytes => Memory("VmHWM:");

    /// <summary>The process stands still as it is, its connections open, until <see cref="Continue"/>.</summary>
    public void Pause() => Signal("STOP");

    public void Continue() => Signal("CONT");

    public void ThrowIfEnded()
    {
        if (!_process.HasExited) return;
        lock (_output) throw new IOException($"The node at {Endpoint} ended with code {_process.ExitCode}:\n{string.Join('\n', _output)}");
    }

    /// <summary>Its data is thrown away, so it need not stop in good order.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private long Memory(string name)
    {
        ThrowIfEnded();
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    private void Signal(string name)
    {
        ThrowIfEnded();
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
        if (kill.ExitCode != 0) throw new IOException($"SIG{name} could not be sent to the node at {Endpoint}.");
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output)
        {
            if (_output.Count == OutputLinesMax) _output.Dequeue();
            _output.Enqueue(line);
        }
    }
}
