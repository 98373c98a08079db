using System.CommandLine;
using DEngine.Server.Running;

namespace DEngine.Server.CommandLine;

/// <summary>Shows what a cluster does, on this machine and in this process.</summary>
internal sealed class DemoCommand(Terminal terminal)
{
    public Command Build()
    {
        Command command = new("demo", "Three nodes in one process: elect, write, lose the leader, fail over, read back; explains itself");
        command.SetAction((_, cancellation) => RunAsync(cancellation));
        return command;
    }

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        try
        {
            await using Demonstration demonstration = new(terminal.Out);
            return await demonstration.RunAsync(cancellation).ConfigureAwait(false) ? ExitCode.Done : ExitCode.No;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return terminal.Fail(ExitCode.Done, "demo: interrupted; everything is cleaned up");
        }
        catch (Exception e) when (e is DEngineException or ConfigurationException or IOException or OperationCanceledException)
        {
            return terminal.Fail(ExitCode.Unreachable, $"demo: the cluster did not do what it should in time: {e.Message}");
        }
    }
}
