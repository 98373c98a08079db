using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace DEngine.Server.Http;

/// <summary>
/// Stands in for a listening socket: the engine listens on the one port, looks at a connection's first byte, and offers those that speak HTTP here.
/// </summary>
internal sealed class HandedOverConnections(ILogger logger) : IConnectionListenerFactory
{
    /// <summary>Connections accepted and not yet taken on; beyond, they are closed.</summary>
    private const int WaitingMax = 1_024;

    private readonly Channel<Socket> _waiting =
        Channel.CreateBounded<Socket>(new BoundedChannelOptions(WaitingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Takes a connection over. False: it stays the caller's, to be closed. Never waits; any thread.</summary>
    public bool Offer(Socket socket) => _waiting.Writer.TryWrite(socket);

    /// <param name="endpoint">For messages only: nothing is bound.</param>
    /// <param name="cancellationToken">Not needed: nothing is waited for.</param>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Listener(endpoint, _waiting, logger));

    private sealed class Listener(EndPoint endpoint, Channel<Socket> waiting, ILogger logger) : IConnectionListener
    {
        private readonly SocketConnectionContextFactory _contexts = new(new SocketConnectionFactoryOptions(), logger);

        public EndPoint EndPoint => endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (waiting.Reader.TryRead(out Socket? socket) && Wrap(socket) is { } connection)
                    return connection;
            }
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _ = waiting.Writer.TryComplete();
            while (waiting.Reader.TryRead(out Socket? socket))
                socket.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _contexts.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Null when the other side has gone in the meantime: one lost connection must not end the loop that accepts all others.</summary>
        private ConnectionContext? Wrap(Socket socket)
        {
            try
            {
                socket.NoDelay = true;
                return _contexts.Create(socket);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                socket.Dispose();
                return null;
            }
        }
    }
}
