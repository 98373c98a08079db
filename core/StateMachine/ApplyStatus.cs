namespace DEngine.Core;

/// <summary>What applying one entry came to. Decided by the log alone, so it is the same on every replica.</summary>
public enum ApplyStatus
{
    /// <summary>Applied now, for the first time. The reply is the state machine's (or the session's identity; none for a no-op).</summary>
    Applied,

    /// <summary>A retry of what had been applied before. Not applied again; the reply is the remembered one.</summary>
    Duplicate,

    /// <summary>Not applied: the session was never opened or has been evicted. Whether an earlier attempt was applied is no longer known.</summary>
    SessionExpired,

    /// <summary>Not applied: the sequence has been used for another command. A fault of the client.</summary>
    SequenceReused,

    /// <summary>Not applied: the client has said that it has the reply of this sequence. A late copy, or a fault of the client.</summary>
    SequenceForgotten,

    /// <summary>Not applied: too far ahead of the first sequence that the client has not acknowledged. May be sent again after acknowledging more.</summary>
    SessionWindowExceeded,

    /// <summary>Not applied: the payload is no <see cref="SessionEnvelope"/>.</summary>
    Malformed,
}
