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
        await Task.Run(_snapshots.Stop).ConfigureAwait(false);
    }

    /// <summary>Starts handing leadership to another voter. Any thread.</summary>
    /// <param name="target">Who; none for the one that is furthest along among those that can be reached.</param>
    /// <returns>False when this node does not lead, a transfer is under way, or there is no such voter.</returns>
    /// <exception cref="ObjectDisposedException">The loop has ended.</exception>
    public async Task<bool> TransferLeadershipAsync(NodeId target) => !(await BeginTransferAsync(target).ConfigureAwait(false)).IsNone;

    /// <returns>Who is to lead; none: no transfer has begun.</returns>
    private Task<NodeId> BeginTransferAsync(NodeId target) => CallAsync((node, now) =>
    {
        NodeId successor = target.IsNone ? BestSuccessor(node) : target;
        return !successor.IsNone && node.TransferLeadership(successor, now) ? successor : NodeId.None;
    });

    /// <summary>The connection knows of a peer that is gone long before the protocol does.</summary>
    private NodeId BestSuccessor(Node node)
    {
        PeerProgress? best = null;
        foreach (PeerProgress peer in node.Raft.Peers)
        {
            if (_network.IsConnected(peer.Id) && (best is null || peer.Match > best.Match)) best = peer;
        }

        return best?.Id ?? NodeId.None;
    }

    private async Task HandOverAsync()
    {
        NodeId target = await BeginTransferAsync(NodeId.None).ConfigureAwait(false);
        if (target.IsNone) return;

        // Until the successor has been heard of, not only until this node no longer leads: its vote may be the one that is needed. A successor that stops
        // as well is not waited for.
        await WaitUntilAsync(node => (!node.Raft.IsLeader && !node.Raft.Leader.IsNone) || !_network.IsConnected(target), _options.HandOverTimeout)
            .ConfigureAwait(false);
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
