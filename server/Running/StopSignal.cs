using System.Runtime.InteropServices;

namespace DEngine.Server.Running;

/// <summary>
/// Becomes set by SIGINT, SIGTERM or SIGHUP. Further signals change nothing: Ctrl+C reaches a node both from the terminal and from the script that
/// started it, and stopping is bounded in time anyway.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource<PosixSignal> _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignal() => _registrations =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(s => PosixSignalRegistration.Create(s, OnSignal))];

    public Task<PosixSignal> Arrived => _arrived.Task;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _ = _arrived.TrySetResult(context.Signal);
    }
}
