using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace DEngine.Server.Http;

/// <summary>Finds a request's handler, and makes an answer of whatever it throws.</summary>
internal sealed partial class HttpDispatcher(IReadOnlyDictionary<string, HttpRoute> routes, ILogger logger) : IHttpApplication<DefaultHttpContext>
{
    private readonly string _paths = string.Join(' ', routes.Keys.Order(StringComparer.Ordinal));

    /// <summary>A context is kept with its connection and used again for the next request.</summary>
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<DefaultHttpContext> connection)
            return new DefaultHttpContext(contextFeatures);
        if (connection.HostContext is { } used)
        {
            used.Initialize(contextFeatures);
            return used;
        }
        return connection.HostContext = new DefaultHttpContext(contextFeatures);
    }

    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();

    public async Task ProcessRequestAsync(DefaultHttpContext context)
    {
        try
        {
            await Find(context.Request).Handler(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception e)
        {
            ApiError error = ApiError.From(e);
            if (error.Status == StatusCodes.Status500InternalServerError)
                LogUnexpected(logger, e, context.Request.Path.Value);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await ApiResponse.WriteErrorAsync(context, error).ConfigureAwait(false);
        }
    }

    private HttpRoute Find(HttpRequest request)
    {
        if (!routes.TryGetValue(request.Path.Value ?? "", out HttpRoute? route))
            throw new ApiException(ApiError.NotFound($"there is no {request.Path.Value}; there are: {_paths}"));
        if (!route.Allows(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = route.Method;
            throw new ApiException(ApiError.MethodNotAllowed($"{request.Path.Value} takes {route.Method}, not {request.Method}"));
        }
        return route;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string? path);
}
