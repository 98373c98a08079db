using DEngine;
using DEngine.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts an engine into an application.</summary>
public static class DEngineServiceCollectionExtensions
{
    /// <summary>
    /// Adds an engine that starts and stops with the application: <see cref="EmbeddedEngine"/> and <see cref="IKeyValueClient"/> can be injected, the
    /// client even before the start. An <see cref="EngineServices"/> among the services is used. A mistake in the file ends the application's start with a
    /// <see cref="ConfigurationException"/>.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="configPath">A file, a file without its .toml, or a directory with one .toml file in it; environment variables override it.</param>
    public static IServiceCollection AddDEngine(this IServiceCollection services, string configPath) =>
        Add(services, () => EmbeddedEngine.Load(configPath));

    /// <summary>The same with options filled by hand.</summary>
    /// <inheritdoc cref="AddDEngine(IServiceCollection, string)"/>
    /// <param name="services">The application's.</param>
    /// <param name="configure">Fills the options, at the start.</param>
    public static IServiceCollection AddDEngine(this IServiceCollection services, Action<DEngineOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, () =>
        {
            var options = new DEngineOptions();
            configure(options);
            return ConfigurationLoader.Check(options);
        });
    }

    /// <summary>Adds a check that is healthy while the node runs and knows a leader; needs <c>AddDEngine</c>.</summary>
    /// <param name="builder">The application's.</param>
    /// <param name="name">Of the check.</param>
    /// <param name="failureStatus">What is reported otherwise; null for unhealthy.</param>
    /// <param name="tags">To filter checks by.</param>
    public static IHealthChecksBuilder AddDEngineHealthCheck(
        this IHealthChecksBuilder builder, string name = "dengine", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name, provider => new EngineHealthCheck(provider.GetRequiredService<EngineHost>()), failureStatus, tags));
    }

    private static IServiceCollection Add(IServiceCollection services, Func<ConfigurationResult> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(provider => new EngineHost(
            configure, provider.GetService<EngineServices>(), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<EngineHost>());
        services.AddSingleton(provider => provider.GetRequiredService<EngineHost>().Engine);
        services.AddSingleton<IKeyValueClient>(provider => new HostedClient(provider.GetRequiredService<EngineHost>()));
        return services;
    }
}
