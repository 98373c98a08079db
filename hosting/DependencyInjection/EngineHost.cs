using DEngine.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DEngine;

/// <summary>Starts and stops the engine with the application.</summary>
internal sealed class EngineHost(Func<ConfigurationResult> configure, EngineServices? services, ILoggerFactory loggers) : IHostedService
{
    private EmbeddedEngine? _engine;

    /// <exception cref="NotReadyException">The application has not started it yet.</exception>
    public EmbeddedEngine Engine => Volatile.Read(ref _engine)
        ?? throw new NotReadyException("The engine has not been started: it starts with the application's hosted services.");

    public bool IsStarted => Volatile.Read(ref _engine) is not null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        EngineServices given = services ?? new EngineServices();
        if (given.LoggerFactory is null) given = given with { LoggerFactory = loggers };
        Volatile.Write(ref _engine, await EmbeddedEngine.StartAsync(configure(), given, cancellationToken).ConfigureAwait(false));
    }

    public Task StopAsync(CancellationToken cancellationToken) => _engine?.StopAsync(cancellationToken) ?? Task.CompletedTask;
}
