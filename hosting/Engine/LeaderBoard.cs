using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DEngine.Core;

namespace DEngine;

/// <summary>Who leads, for any thread, and whoever wants to be told. A watcher that does not keep up misses older changes, never the newest.</summary>
internal sealed class LeaderBoard(Func<NodeId, string> addressOf)
{
    private const int ChangesWaitingMax = 64;

    private readonly Lock _gate = new();
    private readonly List<Channel<LeaderChange>> _watchers = [];
    private volatile LeaderChange _current = new(null, 0);
    private bool _isClosed;

    public LeaderChange Current => _current;

    /// <summary>Loop thread.</summary>
    public void Set(NodeId leader, long term)
    {
        LeaderInfo? info = leader.IsNone ? null : new LeaderInfo(leader.Value, term, addressOf(leader));
        bool sameLeader = info == _current.Leader;
        lock (_gate)
        {
            _current = new LeaderChange(info, term);
            if (sameLeader) return;
            foreach (Channel<LeaderChange> watcher in _watchers) watcher.Writer.TryWrite(_current);
        }
    }

    /// <summary>The current state first, then every change, until cancelled or closed.</summary>
    public async IAsyncEnumerable<LeaderChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        Channel<LeaderChange> channel = Channel.CreateBounded<LeaderChange>(
            new BoundedChannelOptions(ChangesWaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            channel.Writer.TryWrite(_current);
            if (_isClosed) channel.Writer.Complete();
            else _watchers.Add(channel);
        }

        try
        {
            await foreach (LeaderChange change in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false)) yield return change;
        }
        finally
        {
            lock (_gate) _watchers.Remove(channel);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (Channel<LeaderChange> watcher in _watchers) watcher.Writer.TryComplete();
        }
    }
}
