namespace DEngine.Core;

/// <summary>
/// Tickets: how the node learns what is durable without ever waiting. A sealed batch carries a ticket; when the ticket comes back, the hard
/// state and the log as they were when it was sealed are durable, less what has been cut since.
/// </summary>
public sealed partial class RaftNode
{
    private readonly Queue<PendingTicket> _tickets = new();
    private long _durableIndex;
    private HardState _durableHardState;
    private long _lastTicket;

    /// <summary>Told by whoever drives the disk: there is no room for what has been submitted. That is waited out, and is no reason to stop leading.</summary>
    public bool IsStorageFull { get; set; }

    /// <summary>Highest index up to which this node's own log is durable.</summary>
    public long DurableIndex => _durableIndex;

    /// <summary>The latest ticket handed out; 0 before the first.</summary>
    public long LastTicket => _lastTicket;

    /// <summary>The latest ticket that has come back; everything up to <see cref="LastTicket"/> is durable when they are equal.</summary>
    public long DurableTicket { get; private set; }

    /// <summary>When the disk was given what it has not done yet; null when it has done everything, or only has no room.</summary>
    private TimeSpan? DiskBusySince => !IsStorageFull && _tickets.TryPeek(out PendingTicket oldest) ? oldest.SealedAt : null;

    /// <summary>Gives the batch of this pass its ticket. Call only when the batch is not empty, and submit it right after.</summary>
    public void SealPersist()
    {
        PersistBatch batch = Effects.Persist;
        Invariant.Holds(!batch.IsEmpty, "an empty batch needs no ticket");
        batch.Ticket = ++_lastTicket;
        _tickets.Enqueue(new PendingTicket(batch.Ticket, Log.LastIndex, HardState, _now));
    }

    /// <summary>Everything up to <paramref name="ticket"/> is durable.</summary>
    public void OnPersisted(long ticket, TimeSpan now)
    {
        AdvanceTo(now);
        Invariant.Holds(ticket <= _lastTicket, "only tickets that were handed out come back (D3)", ticket, _lastTicket);
        while (_tickets.TryPeek(out PendingTicket done) && done.Ticket <= ticket)
        {
            _tickets.Dequeue();
            _durableIndex = done.LastIndex;
            _durableHardState = done.HardState;
            DurableTicket = done.Ticket;
        }

        CountOwnVoteIfDurable();
        AdvanceCommit();
        EndRecoveryIfDone();
    }

    /// <summary>
    /// The log was cut behind <paramref name="lastIndex"/>: tickets under way vouch for no more than that, whatever is appended there next (the "ABA"
    /// race: an old completion must not vouch for an entry that has replaced the one it wrote; invariant D2).
    /// </summary>
    private void ClipTickets(long lastIndex)
    {
        _durableIndex = Math.Min(_durableIndex, lastIndex);
        for (int i = _tickets.Count; i > 0; i--)
        {
            PendingTicket ticket = _tickets.Dequeue();
            _tickets.Enqueue(ticket with { LastIndex = Math.Min(ticket.LastIndex, lastIndex) });
        }
    }

    private readonly record struct PendingTicket(long Ticket, long LastIndex, HardState HardState, TimeSpan SealedAt);
}
