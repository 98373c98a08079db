
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

    public static ApiError InvalidRequest(string message) => new(StatusCodes.Status400BadRequest, ErrorCodes.InvalidRequest, message);

    public static ApiError TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, ErrorCodes.TooLarge, message);

    public static ApiError NotFound(string message) => new(StatusCodes.Status404NotFound, "not_found", message);

    public static ApiError KeyNotFound() => new(StatusCodes.Status404NotFound, "key_not_found", "there is no such key");

    public static ApiError MethodNotAllowed(string message) => new(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", message);

    public static ApiError Conflict(string message, LeaderInfo? leader = null) => new(StatusCodes.Status409Conflict, "conflict", message, leader);

    public static ApiError NotReady(string message) => new(StatusCodes.Status503ServiceUnavailable, ErrorCodes.NotReady, message);

    public static ApiError NotImplemented(string message) => new(StatusCodes.Status501NotImplemented, "not_implemented", message);

    public static ApiError From(Exception exception) => exception switch
    {
        ApiException e => e.Error,
        DEngineException e => From(e),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge("the body is larger than any request may be"),
        BadHttpRequestException e => new ApiError(e.StatusCode, ErrorCodes.InvalidRequest, e.Message),
        OperationCanceledException or ObjectDisposedException => NotReady("this node is stopping; ask another one"),
        _ => new ApiError(StatusCodes.Status500InternalServerError, "internal", "this node made a mistake; its log says more"),
    };

    private static ApiError From(DEngineException e) => e.Code switch
    {
        ErrorCodes.InvalidRequest => InvalidRequest(e.Message),
        ErrorCodes.TooLarge => TooLarge(e.Message),
        ErrorCodes.Overloaded => new ApiError(StatusCodes.Status429TooManyRequests, e.Code, e.Message),
        ErrorCodes.NoLeader => new ApiError(StatusCodes.Status503ServiceUnavailable, e.Code, e.Message, (e as NoLeaderException)?.Leader),
        ErrorCodes.NotReady => NotReady(e.Message),
        ErrorCodes.StorageFull => new ApiError(StatusCodes.Status507InsufficientStorage, e.Code, e.Message),
        ErrorCodes.UnknownOutcome => new ApiError(StatusCodes.Status504GatewayTimeout, e.Code, e.Message),
        _ => throw new ArgumentOutOfRangeException(nameof(e), e.Code, "no such error code"),
    };
}

/// <summary>Carries an <see cref="ApiError"/> out of a handler.</summary>
internal sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
