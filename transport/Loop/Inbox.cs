namespace DEngine.Transport;

/// <summary>
/// What has arrived for the loop and was not taken yet: many producers, one consumer, bounded by count and by bytes of frames. Order is that of
/// arrival.
/// </summary>
internal sealed class Inbox(int itemsMax, long frameBytesMax)
{
    private readonly object _gate = new();
    private readonly Queue<InboxItem> _items = new();
    private TaskCompletionSource? _room;
    private long _frameBytes;
    private bool _consumerWaits;
    private bool _isClosed;

    /// <summary>Takes an item unless the inbox is full or closed.</summary>
    public PostResult TryPost(in InboxItem item)
    {
        lock (_gate)
        {
            if (_isClosed) return PostResult.Closed;
            if (_items.Count >= itemsMax || (_frameBytes > 0 && _frameBytes + item.Length > frameBytesMax)) return PostResult.Full;
            Add(item);
            return PostResult.Accepted;
        }
    }

    /// <summary>Takes an item of a kind of which there are never many; false when closed.</summary>
    public bool Post(in InboxItem item)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            Add(item);
            return true;
        }
    }

    /// <summary>Completes when something has been taken out, or the inbox is closed.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            bool full = !_isClosed && (_items.Count >= itemsMax || _frameBytes > 0);
            if (!full) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Moves what has arrived, up to the length of <paramref name="output"/>; waits for the first item at most that long.</summary>
    public int Take(InboxItem[] output, TimeSpan wait)
    {
        TaskCompletionSource? room;
        int count = 0;
        lock (_gate)
        {
            if (_items.Count == 0 && wait > TimeSpan.Zero && !_isClosed)
            {
                _consumerWaits = true;
                Monitor.Wait(_gate, wait);
                _consumerWaits = false;
            }

            while (count < output.Length && _items.TryDequeue(out InboxItem item))
            {
                _frameBytes -= item.Length;
                output[count++] = item;
            }

            room = _room;
            _room = null;
        }

        room?.SetResult();
        return count;
    }

    /// <summary>Refuses everything from now on; what is inside can still be taken.</summary>
    public void Close()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isClosed = true;
            room = _room;
            _room = null;
            Monitor.PulseAll(_gate);
        }

        room?.SetResult();
    }

    private void Add(in InboxItem item)
    {
        _items.Enqueue(item);
        _frameBytes += item.Length;
        if (_consumerWaits) Monitor.Pulse(_gate);
    }
}
