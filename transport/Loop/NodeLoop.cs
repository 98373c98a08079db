using DEngine.Core;

namespace DEngine.Transport;

/// <summary>
/// Runs one <see cref="Node"/> on a thread of its own, with a second thread for its log and a third for its snapshots. A pass takes everything that has
/// arrived (up to a limit), steps the node with it, pumps once, writes once to each peer, and waits for the next arrival or deadline.
/// </summary>
public sealed partial class NodeLoop : IPassPort
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    private readonly NodeLoopOptions _options;
    private readonly MonotonicClock _clock;
    private readonly INodeNetwork _network;
    private readonly Inbox _inbox;
    private readonly DiskWorker _disk;
    private readonly SnapshotWorker _snapshots;
    private readonly ReplyTable _replies = new();
    private readonly Action<Exception> _onFatal;
    private readonly Action<SnapshotResult>? _onSnapshot;
    private readonly Action<ScrubStep>? _onScrubbed;
    private readonly Action<bool>? _onStorageFull;
    private readonly Thread _thread;
    private readonly InboxItem[] _items;
    private readonly List<IFlushable> _dirty = [];
    private readonly Node _node;
    private readonly NodePass _pass;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<DirectoryStamp>? _onDirectory;
    private DirectoryStamp _directory;
    private volatile bool _refusing;
    private volatile bool _endRequested;
    private int _failed;
    private int _arrivals;

    /// <param name="start">What the node starts from; the log as it was recovered from the storage.</param>
    /// <param name="ports">The world outside.</param>
    /// <param name="options">Limits.</param>
    /// <param name="seed">Of the node's random stream.</param>
    public NodeLoop(in NodeStart start, in NodeLoopPorts ports, NodeLoopOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _clock = ports.Clock;
        _network = ports.Network;
        _onFatal = ports.OnFatal;
        _onSnapshot = ports.OnSnapshot;
        _onStorageFull = ports.OnStorageFull;
        _onDirectory = ports.OnDirectory;
        _inbox = new Inbox(options.InboxItemsMax, options.InboxFrameBytesMax);
        _items = new InboxItem[options.PassItemsMax];
        _onScrubbed = ports.OnScrubbed;
        _disk = new DiskWorker(
            ports.Storage, new LogWorkOptions { Flush = options.Flush, Scrub = options.Scrub }, $"dengine-disk-{start.Id.Value}", OnDurable, OnDiskFull, Fail,
            ports.OnDiskSync, OnLogScrubbed);
        var work = new SnapshotWork(ports.Snapshots, options.SnapshotsRetained, () => _node!.BeginRestore());
        _snapshots = new SnapshotWorker(work, $"dengine-snapshots-{start.Id.Value}", OnSnapshot, Fail, options.Scrub, ports.OnScrubbed);
        var node = new NodePorts(ports.Network, _disk, _snapshots, _replies, ports.Observer, new PublishedPermit());
        _node = new Node(start, node, new DeterministicRandom(seed), ports.Clock.Now);
        _directory = _node.Raft.Stamp;
        _pass = new NodePass(_node, this);
        _replies.Leader = () => _node.Raft.Leader;
        _thread = new Thread(Run) { Name = $"dengine-loop-{start.Id.Value}", IsBackground = true };
        Counters.Update(_node);
    }

    /// <summary>Numbers about the node, for any thread.</summary>
    public LoopCounters Counters { get; } = new();

    /// <summary>Syncs of the log so far.</summary>
    public long DiskSyncs => _disk.Syncs;

    /// <summary>Entries acknowledged by this node and not synced yet; 0 unless persistence is memory-first.</summary>
    public int BufferedEntries => _disk.BufferedEntries;

    /// <summary>How long group commits took, write and sync together.</summary>
    public LatencyBuckets DiskSyncDurations => _disk.SyncDurations;

    /// <summary>
    /// Whether a read may be served from the published state at this moment, without asking the loop. Any thread: ask first, read the published state after.
    /// </summary>
    public bool Admits(ReadConsistency consistency) => _node.Gate.Admits(consistency, _clock.Now);

    TimeSpan IPassPort.Now => _clock.Now;

    /// <summary>What the node says of its directory when it starts. Before <see cref="Start"/> only; then it is told.</summary>
    public DirectoryStamp Directory => _directory;

    /// <summary>Starts the threads. Once.</summary>
    public void Start()
    {
        _disk.Start();
        _snapshots.Start();
        _thread.Start();
    }

    /// <summary>A command for the node's own session: applied exactly once, answered by the deadline at the latest. Any thread.</summary>
    /// <param name="receiver">Answered once if, and only if, accepted.</param>
    /// <param name="id">Given back with the answer.</param>
    /// <param name="command">Kept; must not change any more.</param>
    /// <param name="deadline">On the loop's clock.</param>
    public PostResult TrySubmitOperation(IOperationReceiver receiver, ulong id, ReadOnlyMemory<byte> command, TimeSpan deadline) =>
        _refusing ? PostResult.Closed : _inbox.TryPost(InboxItem.Operation(receiver, id, command, deadline));

    /// <summary>One attempt at a command of a client's own session. Any thread.</summary>
    /// <inheritdoc cref="TrySubmitOperation"/>
    public PostResult TrySubmitCommand(ICommandReceiver receiver, ulong id, EntryKind kind, ReadOnlyMemory<byte> payload) =>
        _refusing ? PostResult.Closed : _inbox.TryPost(InboxItem.Command(receiver, id, kind, payload));

    /// <summary>Asks when a read may be served from the published state. Any thread.</summary>
    /// <inheritdoc cref="TrySubmitOperation"/>
    public PostResult TrySubmitRead(IReadReceiver receiver, ulong id, ReadConsistency consistency) =>
        _refusing ? PostResult.Closed : _inbox.TryPost(InboxItem.Read(receiver, id, consistency));

    /// <summary>
    /// Runs a function on the loop, between passes, and gives back its result. For what is rare: status, transfer. Any thread.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The loop has ended.</exception>
    public Task<T> CallAsync<T>(Func<Node, TimeSpan, T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var action = InboxItem.Action((node, now) =>
        {
            if (node is null) result.SetException(new ObjectDisposedException(nameof(NodeLoop)));
            else result.SetResult(function(node, now));
        });
        if (!_inbox.Post(action)) result.SetException(new ObjectDisposedException(nameof(NodeLoop)));
        return result.Task;
    }

    /// <summary>Frames of a peer; the array is returned to the pool after delivery. Any thread.</summary>
    internal PostResult TryPostFrames(NodeId from, in DirectoryStamp sender, byte[] frames, int length) =>
        _inbox.TryPost(InboxItem.PeerFrames(from, sender, frames, length));

    /// <summary>Completes when the inbox has room again.</summary>
    internal Task WaitForRoomAsync() => _inbox.WaitForRoomAsync();

    /// <summary>Has a receiver flushed once at the end of this pass. Loop thread, from within an answer.</summary>
    internal void FlushAfterPass(IFlushable receiver) => _dirty.Add(receiver);

    private void Run()
    {
        try
        {
            while (!_endRequested)
            {
                _pass.Run();
                PublishDirectory();
                Counters.Update(_node);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Fail(error);
        }

        _node.Gate.Close();
        _refusing = true;
        _inbox.Close();
        _replies.FailAll();
        FailArrivals();
        FlushReceivers();
        _ended.SetResult();
    }

    void IPassPort.TakeArrivals(TimeSpan deadline) => _arrivals = _inbox.Take(_items, TimeToWait(deadline));

    void IPassPort.StepArrivals(TimeSpan now)
    {
        for (int i = 0; i < _arrivals; i++) Handle(_items[i], now);
        Array.Clear(_items, 0, _arrivals);
    }

    void IPassPort.FlushLinks() => _network.Flush();

    void IPassPort.WakeCallers() => FlushReceivers();

    /// <summary>Greetings say which history the log belongs to by now.</summary>
    private void PublishDirectory()
    {
        DirectoryStamp current = _node.Raft.Stamp;
        if (current == _directory) return;
        _directory = current;
        _onDirectory?.Invoke(current);
    }

    private TimeSpan TimeToWait(TimeSpan deadline)
    {
        TimeSpan wait = deadline - _clock.Now;
        if (wait <= TimeSpan.Zero) return TimeSpan.Zero;
        if (wait > WaitMax) return WaitMax;

        // Waits are in whole milliseconds: rounded up, or the last one would be spent spinning.
        return TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }

    private void Handle(in InboxItem item, TimeSpan now)
    {
        switch (item.Kind)
        {
            case InboxKind.PeerFrames:
                Deliver(item.From, item.Sender, (byte[])item.Reference!, item.Length, now);
                break;
            case InboxKind.Command:
                Counters.CountProposal();
                _node.SubmitCommand(_replies.Add(item.Kind, item.Reference!, item.Id), item.EntryKind, item.Payload, now);
                break;
            case InboxKind.Operation:
                Counters.CountProposal();
                _node.SubmitOperation(_replies.Add(item.Kind, item.Reference!, item.Id), item.Payload, item.Deadline, now);
                break;
            case InboxKind.Read:
                _node.SubmitRead(_replies.Add(item.Kind, item.Reference!, item.Id), item.Consistency);
                break;
            case InboxKind.Persisted:
                _node.OnPersisted((long)item.Id, now);
                break;
            case InboxKind.Action:
                ((Action<Node?, TimeSpan>)item.Reference!)(_node, now);
                break;
            case InboxKind.Snapshot:
                var result = (SnapshotResult)item.Reference!;
                _node.OnSnapshot(result, now);
                _onSnapshot?.Invoke(result);
                break;
            default:
                Invariant.Broken($"unknown arrival {item.Kind}");
                break;
        }
    }

    private void Deliver(NodeId from, in DirectoryStamp sender, byte[] frames, int length, TimeSpan now)
    {
        for (int at = 0; at < length;)
        {
            int whole = FrameWalk.LengthAt(frames, at);
            _node.Deliver(from, sender, frames.AsSpan(at, whole), now);
            at += whole;
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(frames);
    }

    private void FlushReceivers()
    {
        foreach (IFlushable receiver in _dirty) receiver.Flush();
        _dirty.Clear();
    }

    private void FailArrivals()
    {
        for (int count = _inbox.Take(_items, TimeSpan.Zero); count > 0; count = _inbox.Take(_items, TimeSpan.Zero))
        {
            for (int i = 0; i < count; i++) FailArrival(_items[i]);
        }
    }

    private static void FailArrival(in InboxItem item)
    {
        switch (item.Kind)
        {
            case InboxKind.PeerFrames:
            case InboxKind.Persisted:
            case InboxKind.Snapshot:
                break;
            case InboxKind.Action:
                ((Action<Node?, TimeSpan>)item.Reference!)(null, default);
                break;
            case InboxKind.Command:
            case InboxKind.Operation:
            case InboxKind.Read:
                ReplyTable.Fail(item.Kind, item.Reference!, item.Id, submitted: false);
                break;
            default:
                Invariant.Broken($"unknown arrival {item.Kind}");
                break;
        }
    }

    private void OnDurable(long ticket) => _inbox.Post(InboxItem.Persisted(ticket));

    private void OnSnapshot(SnapshotResult result) => _inbox.Post(InboxItem.Snapshot(result));

    private void OnLogScrubbed(ScrubStep step)
    {
        _onScrubbed?.Invoke(step);
        if (step.DropThrough > 0) _inbox.Post(InboxItem.Action((node, now) => node?.OnLogDamaged(step.DropThrough, now)));
    }

    private void OnDiskFull(bool isFull) => _inbox.Post(InboxItem.Action((node, _) =>
    {
        if (node is null) return;
        node.IsStorageFull = isFull;
        _onStorageFull?.Invoke(isFull);
    }));

    /// <summary>The node cannot go on: once, from the loop's, the log's or the snapshots' thread.</summary>
    private void Fail(Exception error)
    {
        _endRequested = true;
        _inbox.Close();
        if (Interlocked.Exchange(ref _failed, 1) == 0) _onFatal(error);
    }
}

/// <summary>The world outside a <see cref="NodeLoop"/>.</summary>
/// <param name="Network">To the peers.</param>
/// <param name="Storage">Opened already; used by the disk thread alone until the loop has stopped. Disposed of by whoever made it.</param>
/// <param name="Snapshots">The same for the snapshots' thread.</param>
/// <param name="Observer">Told on the loop thread.</param>
/// <param name="Clock">The node's.</param>
/// <param name="OnFatal">The node cannot go on: a broken invariant, or a disk that failed. Once, on the loop's or the disk's thread.</param>
/// <param name="OnDiskSync">Told how long each group commit took, on the disk's thread.</param>
/// <param name="OnSnapshot">Told what has become of each snapshot, on the loop thread, after the node.</param>
/// <param name="OnScrubbed">Told of each piece of log and snapshots that has been read again, on the disk's and the snapshots' thread.</param>
/// <param name="OnStorageFull">Told when there is no room for the log any more, and when there is again, on the loop thread, after the node.</param>
/// <param name="OnDirectory">Told what the node says of its directory whenever that changes, on the loop thread.</param>
public readonly record struct NodeLoopPorts(
    INodeNetwork Network, ILogStorage Storage, ISnapshotStorage Snapshots, INodeObserver Observer, MonotonicClock Clock, Action<Exception> OnFatal,
    Action<TimeSpan>? OnDiskSync = null, Action<SnapshotResult>? OnSnapshot = null, Action<ScrubStep>? OnScrubbed = null,
    Action<bool>? OnStorageFull = null, Action<DirectoryStamp>? OnDirectory = null);
