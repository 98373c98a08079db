using System.Net;
using DEngine.Configuration;
using DEngine.Server.CommandLine;
using DEngine.Server.Http;
using DEngine.Server.Logging;
using DEngine.Server.Metrics;
using DEngine.Storage;
using Microsoft.AspNetCore.Connections;

namespace DEngine.Server.Running;

/// <summary>One node as a process: engine, HTTP on the engine's port, metrics on their own, text log; from start to a clean end.</summary>
internal sealed partial class NodeProcess(ConfigurationResult configuration, DEngineOptions options, Terminal terminal, LogLevel level)
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(5);
    private readonly TaskCompletionSource<Exception> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NodeHandle _node = new();

    /// <summary>Runs until a signal comes or the engine has to stop.</summary>
    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync()
    {
        using StopSignal signal = new();
        using LineWriter lines = new(terminal.Out, Path.Combine(options.Cluster.LogDir, $"{options.Cluster.NodeId}", "d.log"));
        using LoggerFactory loggers = new([new NodeLogProvider(lines, level)], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        ILogger log = loggers.CreateLogger(NodeLogProvider.NodeCategory);
        try
        {
            return await RunAsync(signal, loggers, log).ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            foreach (ConfigurationMistake mistake in e.Mistakes)
                terminal.Error.WriteLine(mistake);
            return ExitCode.WrongUse;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            terminal.Error.WriteLine(new ConfigurationMistake("start", null, "monitoring.prometheus_port",
                $"{options.Monitoring.PrometheusPort}, a port that another process listens on", "a port that this process can listen on"));
            return ExitCode.WrongUse;
        }
        catch (WrongDirectoryException e)
        {
            LogRefused(log, options.Cluster.NodeId, e.Message);
            return ExitCode.WrongUse;
        }
        catch (Exception e)
        {
            LogFatal(log, Reason(e));
            return ExitCode.Fatal;
        }
    }

    private async Task<int> RunAsync(StopSignal signal, LoggerFactory loggers, ILogger log)
    {
        RequestLimits limits = new(options.Limits.MaxKeyBytes, options.Limits.MaxValueBytes);
        using MetricsCollector metrics = new();
        HandedOverConnections connections = new(loggers.CreateLogger("DEngine.Http"));
        await using HttpServer http = await HttpServer.StartAsync(
            connections, Routes.Api(_node, limits, options.ReadConsistency, metrics), limits.SwapBodyBytesMax, loggers).ConfigureAwait(false);
        await using HttpServer? monitoring = await StartMonitoringAsync(limits, metrics, loggers).ConfigureAwait(false);
        EngineServices services = new() { LoggerFactory = loggers, HttpConnections = connections.Offer, OnFatal = e => _fatal.TrySetResult(e) };

        EmbeddedEngine engine = await EmbeddedEngine.StartAsync(configuration with { Notices = [] }, services).ConfigureAwait(false);
        _node.Set(engine);
        LogStart(log, options.Cluster.NodeId, options.Cluster.ListenAddress, options.Cluster.DbRootDir, options.Persistence.Strategy);
        foreach (string notice in Gather(configuration.Notices))
            LogNotice(log, notice);

        Task ended = await Task.WhenAny(signal.Arrived, _fatal.Task).ConfigureAwait(false);
        if (ended == _fatal.Task)
        {
            LogFatal(log, Reason(await _fatal.Task.ConfigureAwait(false)));
            return ExitCode.Fatal;
        }

        await StopAsync(engine, http, log).ConfigureAwait(false);
        return ExitCode.Done;
    }

    /// <summary>Requests under way are answered while the engine still runs; then leadership is handed over, and then the engine ends.</summary>
    private async Task StopAsync(EmbeddedEngine engine, HttpServer http, ILogger log)
    {
        _node.SetStopping();
        using CancellationTokenSource enough = new(StopTime);
        try
        {
            await http.DisposeAsync().ConfigureAwait(false);
            await engine.StopAsync(enough.Token).WaitAsync(StopTime).ConfigureAwait(false);
            await engine.DisposeAsync().AsTask().WaitAsync(StopTime).ConfigureAwait(false);
            LogStopped(log, options.Cluster.NodeId);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogStopSlow(log, options.Cluster.NodeId, StopTime.TotalSeconds);
        }
    }

    private async Task<HttpServer?> StartMonitoringAsync(RequestLimits limits, MetricsCollector metrics, LoggerFactory loggers)
    {
        if (!options.Monitoring.PrometheusEnabled || !NodeAddress.TryParse(options.Cluster.ListenAddress, out NodeAddress listening))
            return null;

        // Where the node itself can be reached from, its metrics can be too.
        IPAddress address = IPAddress.TryParse(listening.Host, out IPAddress? ip) ? ip : listening.IsLoopback ? IPAddress.Loopback : IPAddress.Any;
        Dictionary<string, HttpRoute> routes = Routes.Monitoring(new ClusterApi(_node, limits), metrics);
        return await HttpServer.StartAsync(new IPEndPoint(address, options.Monitoring.PrometheusPort), routes, loggers).ConfigureAwait(false);
    }

    /// <summary>Fields of which the same is to be said share a line.</summary>
    internal static IEnumerable<string> Gather(IEnumerable<string> notices) => notices
        .Select(notice => notice.Split(": ", 2))
        .GroupBy(parts => parts[^1])
        .Select(same => same.First().Length == 1 ? same.Key : $"{string.Join(", ", same.Select(parts => parts[0]))}: {same.Key}");

    private static string Reason(Exception e) => $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}";

    [LoggerMessage(Level = LogLevel.Information,
        Message = "node {Node} listens on {Address} for peers, clients and HTTP (http://{Address}); data in {Directory}; persistence {Strategy}")]
    private static partial void LogStart(ILogger logger, uint node, string address, string directory, PersistenceStrategy strategy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Notice}")]
    private static partial void LogNotice(ILogger logger, string notice);

    [LoggerMessage(Level = LogLevel.Information, Message = "node {Node} stopped")]
    private static partial void LogStopped(ILogger logger, uint node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "node {Node} did not stop within {Seconds} s and is ended; nothing acknowledged is lost by that")]
    private static partial void LogStopSlow(ILogger logger, uint node, double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "node {Node} does not start: {Reason}")]
    private static partial void LogRefused(ILogger logger, uint node, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "this node has to stop: {Reason}")]
    private static partial void LogFatal(ILogger logger, string reason);
}
