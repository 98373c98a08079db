using DEngine.Core;

namespace DEngine.Transport;

public sealed partial class NodeLoop
{
    private static readonly TimeSpan StopPoll = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Stops in the order that costs clients least: refuses new work, finishes what is under way, hands leadership over, waits for the disk, ends both
    /// threads. Never throws; every wait has a limit.
    /// </summary>
    public async Task StopAsync()
    {
        _refusing = true;
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            try
            {
                await WaitUntilAsync(IsIdle, _options.StopDrain).ConfigureAwait(false);
                await CallAsync(static (node, now) =>
                {
                    node.BeginStopping(now);
                    return true;
                }).ConfigureAwait(false);
                await HandOverAsync().ConfigureAwait(false);
                await WaitUntilAsync(IsDurable, _options.DiskDrain).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // The loop has failed before: what is left is to end the threads.
            }

            _endRequested = true;
            _inbox.Close();
            await _ended.Task.ConfigureAwait(false);
        }

        await Task.Run(_disk.Stop).ConfigureAwait(false);
    }

    private async Task HandOverAsync()
    {
        bool leads = await CallAsync(static (node, now) => node.Raft.IsLeader && node.TransferLeadership(NodeId.None, now)).ConfigureAwait(false);

        // Until the successor has been heard of, not only until this node no longer leads: its vote may be the one that is needed.
        if (leads) await WaitUntilAsync(static node => !node.Raft.IsLeader && !node.Raft.Leader.IsNone, _options.HandOverTimeout).ConfigureAwait(false);
    }

    private bool IsIdle(Node node) => _replies.Count == 0;

    private static bool IsDurable(Node node) => node.Raft.DurableTicket == node.Raft.LastTicket;

    private async Task WaitUntilAsync(Func<Node, bool> condition, TimeSpan limit)
    {
        TimeSpan deadline = _clock.Now + limit;
        while (!await CallAsync((node, _) => condition(node)).ConfigureAwait(false) && _clock.Now < deadline)
        {
            await Task.Delay(StopPoll).ConfigureAwait(false);
        }
    }
}
