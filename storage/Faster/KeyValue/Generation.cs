using DEngine.Core;

namespace DEngine.Storage.Faster;

/// <summary>
/// One published state: the order of its keys, and where its values are. While anyone reads it, or an older one, no value that it shows is removed.
/// </summary>
internal sealed class Generation(TreeNode root, long appliedIndex, ValueVolume volume)
{
    public TreeNode Root { get; } = root;

    public long AppliedIndex { get; } = appliedIndex;

    public ValueVolume Volume { get; } = volume;

    /// <summary>Who is reading it; guarded by <see cref="Generations"/>.</summary>
    public int Readers { get; set; }

    /// <summary>Revisions whose values the next state does not show any more. The loop's.</summary>
    public List<long> Superseded { get; set; } = [];
}

/// <summary>
/// The published states that may still be read, oldest first. The loop publishes and tidies up; any thread enters the newest and leaves it again. A lock is
/// held for a few instructions: it is what orders a reader's entering against the loop's tidying up, and what makes a published state whole to see.
/// </summary>
internal sealed class Generations(Generation first)
{
    private const int RemovalsAtOnceMax = 4096;

    private readonly object _gate = new();
    private readonly Queue<Generation> _live = new([first]);
    private Generation _newest = first;
    private int _calls;
    private bool _isClosed;

    /// <summary>The newest, which stays as it is until <see cref="Leave"/>. Any thread.</summary>
    /// <exception cref="ObjectDisposedException">The store has been closed.</exception>
    public Generation Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(FasterKeyValueStore));
            _newest.Readers++;
            return _newest;
        }
    }

    /// <summary><see cref="Enter"/> for the length of one call: closing waits for it.</summary>
    /// <exception cref="ObjectDisposedException">The store has been closed.</exception>
    public Generation EnterCall()
    {
        lock (_gate)
        {
            Generation newest = Enter();
            _calls++;
            return newest;
        }
    }

    /// <summary>Any thread.</summary>
    public void LeaveCall(Generation generation)
    {
        lock (_gate)
        {
            generation.Readers--;
            if (--_calls == 0) Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Any thread.</summary>
    public void Leave(Generation generation)
    {
        lock (_gate) generation.Readers--;
    }

    /// <summary>Makes a state the newest. The loop only.</summary>
    /// <param name="next">Not shown to anyone yet.</param>
    /// <param name="superseded">Revisions that the one before shows, and this one does not; taken over.</param>
    public void Publish(Generation next, List<long> superseded)
    {
        lock (_gate)
        {
            _newest.Superseded = superseded;
            _newest = next;
            _live.Enqueue(next);
        }
        Tidy();
    }

    /// <summary>Refuses further reads, waits for those under way, and lets go of everything. Captures are not used any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            while (_calls > 0) Monitor.Wait(_gate);
        }
        foreach (ValueVolume volume in _live.Select(generation => generation.Volume).Distinct()) volume.Dispose();
    }

    /// <summary>Removes values that no state with a reader shows; a few thousand at a time, so that the end of a long read does not hold up the loop.</summary>
    private void Tidy()
    {
        int removals = 0;
        while (removals < RemovalsAtOnceMax && TryPeekUnread(out Generation? oldest, out bool isLastOfVolume))
        {
            if (isLastOfVolume)
            {
                oldest.Volume.Dispose();
                oldest.Superseded.Clear();
            }

            for (; oldest.Superseded.Count > 0 && removals < RemovalsAtOnceMax; removals++)
            {
                oldest.Volume.Remove(oldest.Superseded[^1]);
                oldest.Superseded.RemoveAt(oldest.Superseded.Count - 1);
            }

            if (oldest.Superseded.Count > 0) return;
            lock (_gate) _live.Dequeue();
        }
    }

    private bool TryPeekUnread(out Generation oldest, out bool isLastOfVolume)
    {
        lock (_gate)
        {
            oldest = _live.Peek();
            isLastOfVolume = _live.Count > 1 && _live.ElementAt(1).Volume != oldest.Volume;
            return oldest != _newest && oldest.Readers == 0;
        }
    }
}
