namespace DEngine.Core;

/// <summary>How strong a read is asked for (CONTRACT: read_consistency).</summary>
public enum ReadConsistency : byte
{
    /// <summary>Sees every write that had been acknowledged when the read began; a quorum confirms the leader (Raft §8, thesis §6.4).</summary>
    Linearizable = 0,

    /// <summary>As linearizable while clocks keep within the stated drift; served by the leader's lease without a quorum round.</summary>
    Lease = 1,

    /// <summary>Whatever this node has applied.</summary>
    Eventual = 2,
}

/// <summary>A follower asks the leader from which index on it may serve its waiting reads.</summary>
/// <param name="Id">Chosen by the follower, never reused by it, random at its start (BUGS R5).</param>
/// <param name="Consistency"><see cref="ReadConsistency.Linearizable"/> or <see cref="ReadConsistency.Lease"/>.</param>
public readonly record struct ReadIndexRequest(ulong Id, ReadConsistency Consistency);

/// <summary>Answer to <see cref="ReadIndexRequest"/>.</summary>
/// <param name="Id">Id of the request.</param>
/// <param name="Index">Reads may be served once this index is applied; -1 when the responder is not (or no longer) leader.</param>
public readonly record struct ReadIndexResponse(ulong Id, long Index);

/// <summary>A follower hands a client's command to the leader. The payload (a <see cref="SessionEnvelope"/> or empty) travels beside this header.</summary>
/// <param name="Id">Chosen by the follower, never reused by it.</param>
/// <param name="Kind"><see cref="EntryKind.Command"/> or <see cref="EntryKind.RegisterSession"/>.</param>
public readonly record struct ForwardedCommand(ulong Id, EntryKind Kind);

/// <summary>Answer to <see cref="ForwardedCommand"/>; the state machine's reply travels beside this header.</summary>
public readonly record struct ForwardedResult(ulong Id, CommandStatus Status);

/// <summary>What became of one attempt to execute a command. On the wire: never renumber.</summary>
public enum CommandStatus : byte
{
    /// <summary>Committed and applied; the reply is the state machine's.</summary>
    Applied = 0,

    /// <summary>Certainly not proposed: the node that was asked is not the leader and knows none.</summary>
    NoLeader = 1,

    /// <summary>Certainly not proposed: too much is waiting already. Try again later.</summary>
    Overloaded = 2,

    /// <summary>It may have been proposed, and may still be applied or not: leadership or the connection was lost before an answer.</summary>
    Unknown = 3,

    /// <summary>Certainly not applied by this attempt: the session is not known (evicted or never opened). Open a new one.</summary>
    SessionExpired = 4,

    /// <summary>Certainly not applied by this attempt: the sequence number was used before with another command, or is already acknowledged.</summary>
    SequenceInvalid = 5,

    /// <summary>Certainly not applied by this attempt: more commands of the session are outstanding than it may remember replies for.</summary>
    SessionWindowExceeded = 6,

    /// <summary>The state machine could not read the command.</summary>
    Malformed = 7,

    /// <summary>Certainly not proposed: no room on the leader's disk.</summary>
    StorageFull = 8,
}
