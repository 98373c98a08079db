namespace DEngine;

public sealed partial class EmbeddedEngine
{
    private static readonly TimeSpan DirectoryCheckInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopsWatching = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>
    /// A file stays writable when its directory has been removed or another one mounted over it, so no write would ever say so: what is acknowledged from
    /// then on is gone with the process (Z9).
    /// </summary>
    private async Task WatchDirectoryAsync()
    {
        using var timer = new PeriodicTimer(DirectoryCheckInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopsWatching.Token).ConfigureAwait(false))
            {
                if (_storage.FindFault() is not { } fault) continue;
                OnFatal(new IOException(
                    $"The data directory {DataDirectory} {fault}: what this node writes would not be found by its next start. Put the directory back where it was and start the "
                    + $"node again. If it is lost, start the node with an empty one and say 'dengine replace {NodeId}' to the cluster."));
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task StopWatchingDirectoryAsync()
    {
        await _stopsWatching.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stopsWatching.Dispose();
    }
}
