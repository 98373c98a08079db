namespace DEngine.Core;

/// <summary>
/// The order of a pass, the same under threads and under the simulator. What has arrived is stepped first, then the clock's time passes, then the node decides,
/// sends, applies and publishes (<see cref="Node.Pump"/>), and only then are links and callers woken, once each.
/// </summary>
public sealed class NodePass(Node node, IPassPort port)
{
    /// <summary>Passes so far.</summary>
    public long Count { get; private set; }

    /// <summary>One pass.</summary>
    public void Run()
    {
        port.TakeArrivals(node.NextDeadline);

        // The clock is read after the arrivals are taken, so that none of them is stamped with an instant before it was sent: a follower protects a
        // leader, and with it the leader's lease, from the stamp on.
        TimeSpan now = port.Now;
        port.StepArrivals(now);
        node.Tick(now);
        node.Pump(now);
        port.FlushLinks();
        port.WakeCallers();
        Count++;
    }
}

/// <summary>The world around a pass. Called on the loop.</summary>
public interface IPassPort
{
    /// <summary>The node's monotonic clock.</summary>
    TimeSpan Now { get; }

    /// <summary>Waits until something has arrived, or until the node's deadline, and takes what has arrived.</summary>
    void TakeArrivals(TimeSpan deadline);

    /// <summary>Steps the node with what was taken, in order.</summary>
    void StepArrivals(TimeSpan now);

    /// <summary>What was sent leaves, where it has not left already: the sender of a link may have taken it as soon as it was sent.</summary>
    void FlushLinks();

    /// <summary>Callers whose answers have gathered are woken.</summary>
    void WakeCallers();
}
