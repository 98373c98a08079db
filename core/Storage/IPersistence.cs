namespace DEngine.Core;

/// <summary>
/// Where a node leaves what has to become durable. In production a disk thread drives an <see cref="ILogStorage"/> and joins everything that has
/// gathered under one sync; in the simulator the event queue does.
/// </summary>
public interface IPersistence
{
    /// <summary>
    /// Takes the batch over. Returns at once; <c>Node.OnPersisted(ticket)</c> is called later, from the loop, in the order of tickets. A ticket that
    /// comes back vouches for all earlier ones, so completions may be joined.
    /// </summary>
    void Submit(PersistBatch batch);
}
