using Microsoft.AspNetCore.Http;

namespace DEngine.Server.Http;

/// <summary>An answer that is not what was asked for.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">For programs: never changes.</param>
/// <param name="Message">For people: what is wrong and what to do.</param>
/// <param name="Leader">Who may know better, where that is known.</param>
internal sealed record ApiError(int Status, string Code, string Message, LeaderInfo? Leader = null)
{
    /// <summary>Whether the same request may well succeed a moment later.</summary>
    public bool IsWorthRetrying => Status == StatusCodes.Status429TooManyRequests;

    public static ApiError InvalidRequest(string message) => new(StatusCodes.Status400BadRequest, "invalid_request", message);

    public static ApiError TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, "too_large", message);

    public static ApiError NotFound(string message) => new(StatusCodes.Status404NotFound, "not_found", message);

    public static ApiError KeyNotFound() => new(StatusCodes.Status404NotFound, "key_not_found", "there is no such key");

    public static ApiError MethodNotAllowed(string message) => new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", message);

    public static ApiError Conflict(string message, LeaderInfo? leader = null) => new(StatusCodes.Status409Conflict, "conflict", message, leader);

    public static ApiError NotReady(string message) => new(StatusCodes.Status503ServiceUnavailable, "not_ready", message);

    public static ApiError NotImplemented(string message) => new(StatusCodes.Status501NotImplemented, "not_implemented", message);

    public static ApiError From(Exception exception) => exception switch
    {
        ApiException e => e.Error,
        DEngineException e => From(e),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge("the body is larger than any request may be"),
        BadHttpRequestException e => new ApiError(e.StatusCode, "invalid_request", e.Message),
        OperationCanceledException or ObjectDisposedException => NotReady("this node is stopping; ask another one"),
        _ => new ApiError(StatusCodes.Status500InternalServerError, "internal", "this node made a mistake; its log says more"),
    };

    private static ApiError From(DEngineException e) => e.Code switch
    {
        DEngineErrorCode.InvalidRequest => InvalidRequest(e.Message),
        DEngineErrorCode.TooLarge => TooLarge(e.Message),
        DEngineErrorCode.Overloaded => new ApiError(StatusCodes.Status429TooManyRequests, "overloaded", e.Message, e.Leader),
        DEngineErrorCode.NoLeader => new ApiError(StatusCodes.Status503ServiceUnavailable, "no_leader", e.Message, e.Leader),
        DEngineErrorCode.NotReady => new ApiError(StatusCodes.Status503ServiceUnavailable, "not_ready", e.Message, e.Leader),
        DEngineErrorCode.StorageFull => new ApiError(StatusCodes.Status507InsufficientStorage, "storage_full", e.Message, e.Leader),
        DEngineErrorCode.UnknownOutcome => new ApiError(StatusCodes.Status504GatewayTimeout, "unknown_outcome", e.Message, e.Leader),
        _ => throw new ArgumentOutOfRangeException(nameof(e), e.Code, "no such error code"),
    };
}

/// <summary>Carries an <see cref="ApiError"/> out of a handler.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
