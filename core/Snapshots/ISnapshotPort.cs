namespace DEngine.Core;

/// <summary>
/// Where a node leaves what is to be done about snapshots. In production a thread of its own does it; in the simulator the event queue does. Neither holds up
/// the log's disk or the loop.
/// </summary>
public interface ISnapshotPort
{
    /// <summary>
    /// Takes a request over and returns at once; <see cref="Node.OnSnapshot"/> is called later, from the loop. Requests of one kind are done in the order in
    /// which they came.
    /// </summary>
    void Submit(SnapshotRequest request);
}
