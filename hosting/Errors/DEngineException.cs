namespace DEngine;

/// <summary>A request was not carried out as asked. The subclass says whether anything may have happened and what to do next.</summary>
public abstract class DEngineException : Exception
{
    private protected DEngineException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>One of <see cref="ErrorCodes"/>: for programs, and the same over HTTP.</summary>
    public string Code { get; }
}

/// <summary>The request can never succeed as it is: mend it. Nothing has happened, and it never reached the log.</summary>
public sealed class InvalidRequestException(string message, string code = ErrorCodes.InvalidRequest) : DEngineException(code, message);

/// <summary>Too much is waiting already. Nothing has happened: try again later, with less.</summary>
public sealed class OverloadedException(string message) : DEngineException(ErrorCodes.Overloaded, message);

/// <summary>No leader was found within the request's time. Nothing has happened: try again, or look at the cluster.</summary>
public sealed class NoLeaderException(string message, LeaderInfo? leader = null) : DEngineException(ErrorCodes.NoLeader, message)
{
    /// <summary>The leader as last heard of, if any.</summary>
    public LeaderInfo? Leader { get; } = leader;
}

/// <summary>
/// The write may have happened, or may still: the answer was lost, or the caller stopped waiting. Read before repeating it; a repeated put of the same value is
/// harmless, a repeated compare-and-swap is not.
/// </summary>
public sealed class UnknownOutcomeException(string message, Exception? inner = null) : DEngineException(ErrorCodes.UnknownOutcome, message, inner);

/// <summary>This node is starting or stopping. Nothing has happened: ask another node, or again later.</summary>
public sealed class NotReadyException(string message) : DEngineException(ErrorCodes.NotReady, message);

/// <summary>The leader's disk has no room. Nothing has happened; reads go on. Make room, then try again.</summary>
public sealed class StorageFullException(string message) : DEngineException(ErrorCodes.StorageFull, message)
{
    internal const string WhatToDo =
        "The leader's disk is full: nothing was written, and reads go on. Make room in its data directory (its log names it), then write again; it needs no restart.";
}
