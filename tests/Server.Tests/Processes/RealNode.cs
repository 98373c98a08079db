using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DEngine.Server.Tests.Processes;

/// <summary>One <c>dengine start</c> as a real process; ended by its own id, never by name.</summary>
internal sealed class RealNode : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    /// <param name="config">Of the node.</param>
    /// <param name="around">A program that runs the node, and its arguments; none: the node is the process itself.</param>
    public RealNode(string config, params string[] around)
        : this([.. around, Path.Combine(AppContext.BaseDirectory, "dengine"), "start", $"CONFIG_PATH={config}"], environment: null)
    {
    }

    private RealNode(string[] command, (string Name, string Value)? environment)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (environment is { } variable) start.Environment[variable.Name] = variable.Value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The same with settings that override the configuration's, such as <c>cluster.node_id=2</c>, and a variable of the environment.</summary>
    public static RealNode Override(string config, string[] settings, (string Name, string Value)? environment = null) =>
        new([Path.Combine(AppContext.BaseDirectory, "dengine"), "start", $"CONFIG_PATH={config}", .. settings], environment);

    /// <summary>Of the process.</summary>
    public int Id => _process.Id;

    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>As kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As kill does; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await WaitForExitAsync();
    }

    /// <summary>The same, for a node that another program runs and that ends with it.</summary>
    public async Task<int> TerminateTracedAsync()
    {
        await SignalChildAsync("TERM");
        return await WaitForExitAsync();
    }

    /// <summary>To a node that another program runs.</summary>
    public async Task SignalChildAsync(string name)
    {
        string child = await File.ReadAllTextAsync($"/proc/{_process.Id}/task/{_process.Id}/children");
        using Process kill = Process.Start("kill", [$"-{name}", child.Trim()]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Ends by itself, or because of a signal; the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    /// <summary>STOP: it stands still with its connections open; CONT: it goes on.</summary>
    public async Task SignalAsync(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>The most memory it has had, in bytes; null where the system does not say.</summary>
    public long? PeakMemory
    {
        get
        {
            string status = $"/proc/{_process.Id}/status";
            if (!File.Exists(status)) return null;
            string peak = File.ReadLines(status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_said) _said.AppendLine(line);
    }
}
