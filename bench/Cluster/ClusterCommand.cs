using System.Runtime.InteropServices;

namespace DEngine.Bench;

/// <summary>
/// Load on three real servers from a process of its own, and on three engines inside that process. Prints what it measures and has no targets.
/// </summary>
internal sealed class ClusterCommand(TimeSpan duration)
{
    private const int Many = 100;

    /// <summary>Connections that the many workers of the native client share, each with a session of its own.</summary>
    private const int NativeConnections = 9;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>0 when all scenarios ran, 130 when interrupted.</summary>
    public static Task<int> RunAsync(string executable, TimeSpan duration) => UntilInterruptedAsync(async stop =>
    {
        var command = new ClusterCommand(duration);
        await command.LoadServersAsync(executable, stop);
        await new StalledFollower(WarmUp, duration).RunAsync(executable, stop);
        await command.LoadEmbeddedAsync(stop);
        return 0;
    });

    /// <inheritdoc cref="RunAsync"/>
    public static Task<int> RunStalledAsync(string executable, TimeSpan duration) =>
        UntilInterruptedAsync(async stop =>
        {
            await new StalledFollower(WarmUp, duration).RunAsync(executable, stop);
            return 0;
        });

    /// <summary>What the run comes to, or 130 when it was interrupted and has tidied up.</summary>
    public static async Task<int> UntilInterruptedAsync(Func<CancellationToken, Task<int>> run)
    {
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        try
        {
            return await run(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("interrupted");
            return 130;
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    private async Task LoadServersAsync(string executable, CancellationToken cancellation)
    {
        Console.WriteLine($"Three servers, DiskFirst, values of {Sizes.Payload} bytes.");
        Console.WriteLine($"Each scenario: {duration.TotalSeconds:0.#} s after {WarmUp.TotalSeconds:0} s of warm-up.");
        using ServerCluster cluster = await ServerCluster.StartAsync(executable, cancellation);
        IReadOnlyList<string> endpoints = cluster.Endpoints;
        var clients = new List<DEngineClient>();
        try
        {
            for (int i = 0; i < NativeConnections; i++) clients.Add(DEngineClient.Connect(endpoints[i % endpoints.Count]));
            var native = new KeyValueTarget([.. clients]);
            using var http = new HttpTarget(endpoints);
            var generator = new LoadGenerator(WarmUp, duration, cluster.ProcessorTimes);
            ResultTable.WriteHeader("leader", "follower", "follower");
            await RunAllAsync(generator, "native", native.Put, native.Get, cancellation);
            await RunAllAsync(generator, "HTTP", http.Put, http.Get, cancellation);
        }
        finally
        {
            foreach (DEngineClient client in clients) await client.DisposeAsync();
        }
    }

    private async Task LoadEmbeddedAsync(CancellationToken cancellation)
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync(cancellation);
        var target = new KeyValueTarget(cluster.Clients);
        var generator = new LoadGenerator(WarmUp, duration, static () => [Environment.CpuUsage.TotalTime]);
        Console.WriteLine();
        Console.WriteLine("Three engines embedded in the one process that makes the load, so its processor time is that of all four.");
        ResultTable.WriteHeader("one process");
        await RunAllAsync(generator, "embedded", target.Put, target.Get, cancellation);
    }

    private static async Task RunAllAsync(
        LoadGenerator generator, string how, Func<int, Request> put, Func<int, Request> get, CancellationToken cancellation)
    {
        Scenario[] scenarios =
        [
            new($"{how}: put, 1 writer", 1, put),
            new($"{how}: put, {Many} writers", Many, put),
            new($"{how}: linearizable get, 1 reader", 1, get),
            new($"{how}: linearizable get, {Many} readers", Many, get),
        ];
        foreach (Scenario scenario in scenarios)
        {
            ResultTable.WriteName(scenario.Name);
            ResultTable.WriteRest(await generator.RunAsync(scenario, cancellation));
        }
    }
}
