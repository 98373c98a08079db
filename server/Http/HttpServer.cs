using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace DEngine.Server.Http;

/// <summary>Kestrel alone, without host, routing or middleware: a request goes straight to its handler.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    /// <summary>Open connections beyond so many are closed.</summary>
    private const int ConnectionsMax = 10_000;

    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);
    private readonly KestrelServer _kestrel;
    private bool _isDisposed;

    private HttpServer(KestrelServer kestrel) => _kestrel = kestrel;

    /// <summary>Serves connections that someone else accepts.</summary>
    public static Task<HttpServer> StartAsync(
        HandedOverConnections connections, IReadOnlyDictionary<string, HttpRoute> routes, long bodyBytesMax, ILoggerFactory loggers) =>
        StartAsync(new IPEndPoint(IPAddress.None, 0), connections, routes, bodyBytesMax, loggers);

    /// <summary>Listens on a port of its own.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static Task<HttpServer> StartAsync(IPEndPoint listen, IReadOnlyDictionary<string, HttpRoute> routes, ILoggerFactory loggers) =>
        StartAsync(listen, new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers), routes, bodyBytesMax: 0, loggers);

    /// <summary>Requests under way get a little time, then their connections are cut. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        using CancellationTokenSource enough = new(DrainTime);
        await _kestrel.StopAsync(enough.Token).ConfigureAwait(false);
        _kestrel.Dispose();
    }

    private static async Task<HttpServer> StartAsync(
        IPEndPoint endpoint, IConnectionListenerFactory transport, IReadOnlyDictionary<string, HttpRoute> routes, long bodyBytesMax, ILoggerFactory loggers)
    {
        KestrelServerOptions options = new() { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = ConnectionsMax;
        options.Limits.MaxRequestBodySize = bodyBytesMax;
        options.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);

        KestrelServer kestrel = new(Options.Create(options), transport, loggers);
        try
        {
            await kestrel.StartAsync(new HttpDispatcher(routes, loggers.CreateLogger("DEngine.Http")), CancellationToken.None).ConfigureAwait(false);
            return new HttpServer(kestrel);
        }
        catch
        {
            kestrel.Dispose();
            throw;
        }
    }
}
