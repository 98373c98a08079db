namespace DEngine;

/// <summary>The <see cref="DEngineException.Code"/>s: stable, the same over HTTP.</summary>
public static class ErrorCodes
{
    /// <summary>The request can never succeed as it is.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>A key or value is longer than the configured limit.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Too much is waiting already; nothing has happened.</summary>
    public const string Overloaded = "overloaded";

    /// <summary>No leader was found in time; nothing has happened.</summary>
    public const string NoLeader = "no_leader";

    /// <summary>This node is starting or stopping; nothing has happened.</summary>
    public const string NotReady = "not_ready";

    /// <summary>The write may or may not have happened, or may yet.</summary>
    public const string UnknownOutcome = "unknown_outcome";

    /// <summary>The leader's disk has no room; nothing has happened.</summary>
    public const string StorageFull = "storage_full";
}
